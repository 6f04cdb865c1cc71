"""Correlations bound to events: whose matches they take, and how the fields they ask for read there.

A correlation of correlations gets the values of its fields from the events below, so what it wants travels
with the rows of those that it names: ``wanted`` is everything that is asked of a correlation's events.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gamekeeper.model.folding import fold
from gamekeeper.rules.mappings import FieldMap, Renamed
from gamekeeper.rules.plan import BoundCorrelation, Parent, Reading
from gamekeeper.rules.routing import readings

if TYPE_CHECKING:
    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.ir import RuleSet


def bind_correlations(rules: RuleSet) -> tuple[BoundCorrelation, ...]:
    """Return the correlations of a set in its order: those that are named come first."""
    return tuple(_Binder(rules).all())


@dataclass(slots=True)
class _Wanted:
    """The names that are asked of one correlation's events, without repeats."""

    names: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))


class _Binder:
    """Goes from those that name to those that are named: what is wanted goes down."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        ids = [*(rule.id for rule in rules.rules), *(c.id for c in rules.correlations)]
        self._position = {identity: position for position, identity in enumerate(ids)}
        self._wanted = [_Wanted() for _ in rules.correlations]
        self._parents: dict[int, list[Parent]] = defaultdict(list)

    def all(self) -> list[BoundCorrelation]:
        bound = [
            self._bound(number, self._rules.correlations[number])
            for number in reversed(range(len(self._rules.correlations)))
        ]
        return bound[::-1]

    def _bound(self, number: int, correlation: Correlation) -> BoundCorrelation:
        wanted = self._wanted[number]
        group = tuple(wanted.place(name) for name in correlation.group_by)
        values = tuple(wanted.place(name) for name in correlation.fields)
        roles = tuple(self._position[identity] for identity in correlation.rules)
        found: list[Reading] = []
        for role, position in enumerate(roles):
            names = [_meant(correlation, name, correlation.rules[role]) for name in wanted.names]
            if position < len(self._rules.rules):
                found += self._readings(role, position, names)
            else:
                below = position - len(self._rules.rules)
                picks = tuple(self._wanted[below].place(name) for name in names)
                self._parents[below].append(Parent(number, role, picks))
        return BoundCorrelation(
            correlation,
            roles,
            tuple(wanted.names),
            group,
            values,
            tuple(self._parents[number]),
            tuple(found),
        )

    def _readings(self, role: int, position: int, names: list[str]) -> list[Reading]:
        found = []
        for route, fields in readings(self._rules.rules[position].logsource):
            maps: list[FieldMap] = [fields.get(fold(name), Renamed((name,))) for name in names]
            found.append(Reading(role, position, route, tuple(maps)))
        return found


def _meant(correlation: Correlation, name: str, rule: str) -> str:
    """Return the field that a name means in the events of one rule."""
    for alias in correlation.aliases:
        if alias.name == name:
            return dict(alias.fields).get(rule, name)
    return name
