"""One rule, explained: what it asks, of which logs, under which names, at what cost, and what it misses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.authoring.cost import Cost, cost_of, slow_expressions
from gamekeeper.engine.presence import can_hold, fields_of
from gamekeeper.engine.rule_accounts import log_name
from gamekeeper.errors import UsageError
from gamekeeper.model.datasets import OTHER, dataset_of_channel, datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold
from gamekeeper.rules.describe import in_words
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan, selections_of
from gamekeeper.settings import near

if TYPE_CHECKING:
    from gamekeeper.rules.ir import Node, Rule
    from gamekeeper.rules.mappings import Selection
    from gamekeeper.rules.plan import BoundRule, Route

_ENVELOPE = frozenset(map(fold, ("EventID", "EventRecordID", "@timestamp", *SYSTEM_TEXT_NAMES)))


@dataclass(frozen=True, slots=True)
class Look:
    """One log that a rule looks at."""

    log: str
    route: Route
    condition: Node  # in the words of this log
    fields: tuple[tuple[str, str], ...]  # rule's field -> what it reads as here, where that differs
    cost: Cost
    unknown: tuple[str, ...]  # fields that this log is not known to hold
    is_blind: bool  # without those fields the rule cannot be true here


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that there is to say about a rule without any log at hand."""

    rule: Rule
    looks: tuple[Look, ...]
    unroutable: str
    slow: tuple[tuple[str, str], ...]  # regular expression, why it is slow


def explain(rule: Rule) -> Explanation:
    """Return the explanation of one rule."""
    plan = build_plan(RuleSet((rule,)))
    slow = ((p.value, why) for p, why in slow_expressions(rule.condition))
    looks = tuple(_look(rule, bound) for bound in plan.bound)
    return Explanation(rule, looks, plan.unroutable.get(0, ""), tuple(slow))


def _look(rule: Rule, bound: BoundRule) -> Look:
    unknown = _unknown(bound)
    return Look(
        log_name(bound.route),
        bound.route,
        bound.condition,
        tuple(_read_as(rule, bound.route)),
        cost_of(bound.condition),
        tuple(unknown.values()),
        not can_hold(bound.condition, unknown.keys()),
    )


def _unknown(bound: BoundRule) -> dict[str, str]:
    """Return the fields, folded and as written, that a dataset does not declare; of some, none is known."""
    if bound.route.dataset == OTHER:
        return {}
    declared = _ENVELOPE | datasets()[bound.route.dataset].columns.keys()
    return {f: name for f, name in fields_of(bound.condition).items() if f not in declared}


def _read_as(rule: Rule, route: Route) -> list[tuple[str, str]]:
    asked = fields_of(rule.condition)
    found: dict[str, str] = {}
    for selection in selections_of(rule.logsource)[0]:
        if not _is_of(selection, route):
            continue
        for name, mapped in selection.fields:
            if fold(name) in asked:
                found[asked[fold(name)]] = in_words(mapped).replace("`", "")
    return list(found.items())


def _is_of(selection: Selection, route: Route) -> bool:
    """Say whether a route comes from a selection."""
    if not selection.channels:
        return True
    if route.dataset not in map(dataset_of_channel, selection.channels):
        return False
    ids = selection.event_ids
    return not ids or not route.event_ids or not set(ids).isdisjoint(route.event_ids)


def find_rule(rules: RuleSet, word: str) -> Rule:
    """Return the rule with an id, a title or a file of that name; raise UsageError where there is none."""
    wanted = fold(word)
    for rule in rules.rules:
        if wanted in {fold(rule.id), fold(rule.title), fold(Path(rule.path).stem)}:
            return rule
    for skipped in rules.skipped:
        if wanted in {fold(skipped.id), fold(skipped.title), fold(Path(skipped.path).stem)}:
            raise UsageError(f"{skipped.path} cannot be used: {skipped.reason}")
    names = [name for rule in rules.rules for name in (rule.title, Path(rule.path).stem)]
    raise UsageError(f"there is no rule {word!r} among {len(rules.rules)}{near(word, names)}")


def only_rule(rules: RuleSet, path: str) -> Rule:
    """Return the first rule of a file; raise UsageError with the reason where it has none."""
    if rules.rules:
        return rules.rules[0]
    reason = rules.skipped[0].reason if rules.skipped else "it holds no rule file"
    raise UsageError(f"{path} cannot be used: {reason}")
