"""Rules to routes: on which events each rule runs, and under which names.

The table itself is data (``content/mappings``); ``docs/reference/logsources.md`` shows it to people.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from gamekeeper.model.datasets import OTHER, dataset_of_channel, datasets
from gamekeeper.model.folding import fold
from gamekeeper.model.reasons import UNREAD_LOG
from gamekeeper.rules.binding import UnbindableError, bind
from gamekeeper.rules.cache import without_collection
from gamekeeper.rules.conditions import one_of
from gamekeeper.rules.ir import And, LogSource, Node, Not, Op, Or, Predicate
from gamekeeper.rules.mappings import Selection, alerts, unread, windows
from gamekeeper.rules.plan import BoundRule, Plan, Route

if TYPE_CHECKING:
    from gamekeeper.rules.ir import Rule, RuleSet
    from gamekeeper.rules.mappings import FieldMap
    from gamekeeper.rules.plan import BoundCorrelation


def build_plan(rules: RuleSet) -> Plan:
    """Return the rules bound to the events they mean; rules that no log carries get a reason."""
    bound: list[BoundRule] = []
    unroutable: dict[int, str] = {}
    with without_collection():
        for position, rule in enumerate(rules.rules):
            found, reason = _bound(position, rule)
            bound += found
            if not found:
                unroutable[position] = reason
    return Plan(rules, tuple(bound), unroutable, _correlations(rules), digest=_digest(rules))


def _digest(rules: RuleSet) -> str:
    """Name the conditions of a plan: the files that rules came from, and which of the rules are left."""
    if not rules.digest:
        return ""
    total = hashlib.sha256(rules.digest.encode())
    for rule in rules.rules:
        total.update(rule.id.encode("utf-8", "surrogatepass") + b"\0")
    return total.hexdigest()


def _correlations(rules: RuleSet) -> tuple[BoundCorrelation, ...]:
    from gamekeeper.rules.correlation_plan import bind_correlations  # noqa: PLC0415 - it reads this module

    return bind_correlations(rules) if rules.correlations else ()


def readings(source: LogSource) -> list[tuple[Route, dict[str, FieldMap]]]:
    """Return the routes of a log source, each with the fields that read differently there."""
    found = []
    for selection in selections_of(source)[0]:
        fields = {fold(name): mapped for name, mapped in selection.fields}
        found += [
            (replace(route, event_ids=selection.event_ids), fields)
            for route in _routes(selection.channels)
        ]
    return found


def _bound(position: int, rule: Rule) -> tuple[list[BoundRule], str]:
    selections, reason = selections_of(rule.logsource)
    found = []
    for selection in selections:
        try:
            fields = {fold(name): mapped for name, mapped in selection.fields}
            condition = _where(selection, bind(rule.condition, fields))
        except UnbindableError as error:
            reason = str(error)
            continue
        ids = _narrowed(selection.event_ids, required_event_ids(condition))
        if ids is None:
            reason = "it asks for event ids that its log source does not have"
            continue
        routes = _routes(selection.channels)
        found += [BoundRule(position, replace(route, event_ids=ids), condition) for route in routes]
    return found, reason


def selections_of(source: LogSource) -> tuple[tuple[Selection, ...], str]:
    """Return the events that a log source means, or none and the reason."""
    product, selection = alerts()
    if source.product != product:
        return _of_windows(source)
    if source.category or source.service:
        return (), f"product {product!r} has neither categories nor services"
    return (selection,), ""


def _of_windows(source: LogSource) -> tuple[tuple[Selection, ...], str]:
    mapping = windows()
    if source.product not in {"", mapping.product}:
        name = unread().products.get(source.product, f"logs of product {source.product!r}")
        return (), f"{UNREAD_LOG}{name}"
    if source.category in mapping.without_log:
        return (), mapping.without_log[source.category]
    if not source.product and source.category not in mapping.categories:
        return (), _unread(source)
    if source.service and source.service not in mapping.services:
        return (), f"the log source table knows no Windows service {source.service!r}"
    if source.category:
        return _of_category(source)
    if source.service:
        return (mapping.services[source.service],), ""
    return (Selection((), fields=mapping.fields),), ""


def _of_category(source: LogSource) -> tuple[tuple[Selection, ...], str]:
    mapping = windows()
    selections = mapping.categories.get(source.category)
    if selections is None:
        return (), f"the log source table knows no Windows category {source.category!r}"
    if source.service:
        wanted = mapping.services[source.service].channels
        selections = tuple(s for s in selections if set(s.channels) & set(wanted))
    return selections, f"service {source.service!r} has no events of category {source.category!r}"


def _unread(source: LogSource) -> str:
    table = unread()
    name = table.categories.get(source.category) or table.services.get(source.service)
    asked = source.category or source.service
    return f"{UNREAD_LOG}{name or f'logs of {asked!r}' if asked else 'logs without a name'}"


@cache
def _routes(channels: tuple[str, ...]) -> tuple[Route, ...]:
    """Return one route a dataset, those of Windows where no channel is named; whole ones need no channels."""
    if not channels:
        return tuple(Route(name) for name in datasets() if name.startswith(f"{windows().product}."))
    routes = []
    by_dataset = sorted(channels, key=dataset_of_channel)
    for name, group in groupby(by_dataset, key=dataset_of_channel):
        folded = tuple(sorted({fold(channel) for channel in group}))
        whole = {fold(channel) for channel in datasets()[name].channels}
        is_whole = name != OTHER and whole <= set(folded)
        routes.append(Route(name, () if is_whole else folded))
    return tuple(routes)


def _where(selection: Selection, condition: Node) -> Node:
    if not selection.where:
        return condition
    demands = [
        one_of([Predicate(name, Op.EQUALS, value) for value in values])
        for name, values in selection.where
    ]
    return And((*demands, condition))


def required_event_ids(node: Node) -> frozenset[int] | None:
    """Return event ids of which an event must have one for the condition to hold; None where any may."""
    if isinstance(node, Predicate):
        if fold(node.name) != "eventid" or node.op is not Op.EQUALS:
            return None
        return frozenset({int(node.value)} if node.value.isdecimal() else ())
    if isinstance(node, Not):
        return None
    found = [required_event_ids(child) for child in node.children]
    if isinstance(node, Or):
        known = [ids for ids in found if ids is not None]
        return frozenset().union(*known) if len(known) == len(found) else None
    known = [ids for ids in found if ids is not None]
    return frozenset.intersection(*known) if known else None


def _narrowed(allowed: tuple[int, ...], required: frozenset[int] | None) -> tuple[int, ...] | None:
    """Return the ids of a route, empty for any; None where no event can have one."""
    if required is None:
        return allowed
    ids = required & set(allowed) if allowed else required
    return tuple(sorted(ids)) or None
