"""The slow truth: one rule, one row, one value at a time.

Every other engine must give the same matches. What a single operator means stands in ``rules.truth``; here
is what it means for an event: a predicate asks all values of a field and holds if one of them satisfies it,
``Not`` is plain negation, and a keyword asks every field. ``docs/reference/semantics.md`` says it in words.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.engine.base import Matches
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import REFERENCES, And, LogSource, Node, Not, Op, Or, Predicate
from gamekeeper.rules.truth import holds, refers, time_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.ir import Rule, RuleSet
    from gamekeeper.rules.plan import BoundRule, Plan, Route

#: Fields that are typed in a batch; rules see them as text, keywords do not see them.
TYPED_NAMES = frozenset({"eventid", "eventrecordid", "@timestamp"})

#: Folded field name -> every value that the event holds under it.
Fields = dict[str, list[str]]


class ReferenceEngine:
    """Evaluates a plan row by row."""

    name = "reference"

    def __init__(self, plan: Plan) -> None:
        self._by_dataset: dict[str, list[BoundRule]] = defaultdict(list)
        for bound in plan.bound:
            self._by_dataset[bound.route.dataset].append(bound)

    def match(self, batch: EventBatch) -> Matches:
        """Return every (rule, row) pair of the batch for which the rule is true."""
        pairs = set()
        candidates = self._by_dataset.get(batch.dataset, ())
        for row in range(len(batch)):  # a row loop on purpose: this engine is the yardstick
            fields = row_fields(batch, row)
            for bound in candidates:
                if on_route(bound.route, fields) and match_fields(bound.condition, fields):
                    pairs.add((row, bound.rule))
        ordered = sorted(pairs)
        rows, rules = ([pair[side] for pair in ordered] for side in (0, 1))
        return Matches(np.array(rules, np.int32), np.array(rows, np.int32))


def row_fields(batch: EventBatch, row: int) -> Fields:
    """Return the event of a row as rules see it: envelope, declared columns, then everything else."""
    table = batch.table
    fields: Fields = defaultdict(list)
    for name in (
        "EventID",
        "EventRecordID",
        *SYSTEM_TEXT_NAMES,
        *datasets()[batch.dataset].declared,
    ):
        value = table.column(name)[row].as_py()
        if value is not None:
            fields[fold(name)].append(str(value))
    filetime = table.column("event.filetime")[row].as_py()
    if filetime is not None:
        fields["@timestamp"].append(time_text(filetime))
    for pair in table.column("event.rest")[row].as_py():
        fields[fold(pair["name"])].append(pair["value"])
    return dict(fields)


def on_route(route: Route, fields: Mapping[str, list[str]]) -> bool:
    """Say whether an event of the route's dataset is one that the route means."""
    if route.event_ids and not {str(i) for i in route.event_ids} & set(
        fields.get("eventid", ())[:1]
    ):
        return False
    channels = {fold(channel) for channel in fields.get("channel", ())[:1]}
    return not route.channels or bool(channels & set(route.channels))


def match_fields(condition: Node, fields: Mapping[str, list[str]]) -> bool:
    """Say whether a condition is true of an event given as folded field names and their values."""
    if isinstance(condition, And):
        return all(match_fields(child, fields) for child in condition.children)
    if isinstance(condition, Or):
        return any(match_fields(child, fields) for child in condition.children)
    if isinstance(condition, Not):
        return not match_fields(condition.child, fields)
    return _asks(condition, fields)


def _asks(predicate: Predicate, fields: Mapping[str, list[str]]) -> bool:
    if predicate.name:
        values = fields.get(fold(predicate.name), [])
    else:
        values = [v for name, held in fields.items() if name not in TYPED_NAMES for v in held]
    if predicate.op is Op.NULL:
        return not values
    if predicate.op is Op.EXISTS:
        return bool(values) == (predicate.value == "true")
    if predicate.op in REFERENCES:
        others = fields.get(fold(predicate.value), [])
        return any(refers(predicate, value, other) for value in values for other in others)
    return any(holds(predicate, value) for value in values)


def match_event(
    rules: RuleSet, fields: Mapping[str, object], *, logsource: LogSource | None = None
) -> list[str]:
    """Return the ids of the rules that are true of one event, in Sigma's own field names.

    Fields are taken as rules name them (no mapping is applied); a list is a field with several values,
    None one that is absent. With ``logsource``, only rules that could look there are asked.
    """
    event: Fields = defaultdict(list)
    for name, value in fields.items():
        event[fold(name)] += texts(value)
    held = {name: values for name, values in event.items() if values}
    return [
        rule.id
        for rule in rules.rules
        if _could_look(rule, logsource) and match_fields(rule.condition, held)
    ]


def texts(value: object) -> list[str]:
    """Return the values of a field as a person writes it down: one, a list of them, or None for none."""
    values = value if isinstance(value, list | tuple) else [value]
    return [
        str(item).lower() if isinstance(item, bool) else str(item)
        for item in values
        if item is not None
    ]


def _could_look(rule: Rule, logsource: LogSource | None) -> bool:
    """Say whether a rule's log source leaves room for the given one: what either omits, it allows."""
    if logsource is None:
        return True
    pairs = (
        (rule.logsource.product, logsource.product),
        (rule.logsource.category, logsource.category),
        (rule.logsource.service, logsource.service),
    )
    return all(not mine or not given or mine == fold(given) for mine, given in pairs)
