"""The slow truth of correlation: every window looked at as a whole, again and again.

Quadratic and simple on purpose. The windows that the engine moves over files must give the same stretches;
``docs/reference/semantics.md`` says it in words.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from gamekeeper.model.folding import fold
from gamekeeper.rules.correlation_ir import CorrelationType
from gamekeeper.rules.correlation_parse import compare, expression_node, true_of
from gamekeeper.rules.truth import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.rules.plan import BoundCorrelation

TICKS = 10_000_000
Measure = int | float | Fraction | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of a group, with all roles that its copies have."""

    key: bytes
    time: int
    roles: frozenset[int]
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A match: the positions of its first and its last event."""

    first: int
    last: int
    measured: Measure = None


def stretches(bound: BoundCorrelation, facts: Sequence[Fact]) -> list[Stretch]:
    """Return the matches of a correlation in events that are sorted by group and time."""
    found: list[Stretch] = []
    start = 0
    for _, members in groupby(facts, key=lambda fact: fact.key):
        group = list(members)
        found += [
            Stretch(one.first + start, one.last + start, one.measured)
            for one in _Group(bound, group).matches()
        ]
        start += len(group)
    return found


class _Group:
    def __init__(self, bound: BoundCorrelation, facts: list[Fact]) -> None:
        self._bound = bound
        self._given = bound.correlation
        self._facts = facts
        self._ticks = bound.correlation.timespan_s * TICKS

    def matches(self) -> list[Stretch]:
        if self._given.type is CorrelationType.ABSENCE:
            return list(self._absences())
        grows = all(limit.op in {"gt", "gte"} for limit in self._given.limits)
        whole = {
            CorrelationType.VALUE_AVG,
            CorrelationType.VALUE_MEDIAN,
            CorrelationType.VALUE_PERCENTILE,
        }
        return list(self._sliding() if grows and self._given.type not in whole else self._tiles())

    def _absences(self) -> Iterator[Stretch]:
        for place, fact in enumerate(self._facts):
            stop = fact.time + self._ticks
            follows = any(
                other.roles - {0} and fact.time <= other.time <= stop for other in self._facts
            )
            if 0 in fact.roles and not follows:
                yield Stretch(place, place)

    def _sliding(self) -> Iterator[Stretch]:
        open_: Stretch | None = None
        for place, fact in enumerate(self._facts):
            window = [
                at for at in range(place + 1) if fact.time - self._facts[at].time <= self._ticks
            ]
            if not self._holds(window):
                continue
            first, measured = self._first(window), self._measure(window)
            if open_ and first > open_.last:
                yield open_
                open_ = None
            if open_ is None:
                open_ = Stretch(first, place, measured)
            else:
                open_ = Stretch(open_.first, place, _most(open_.measured, measured))
        if open_:
            yield open_

    def _first(self, window: list[int]) -> int:
        if self._given.type is CorrelationType.TEMPORAL_ORDERED:
            return next(at for at in window if 0 in self._facts[at].roles)
        return window[0]

    def _tiles(self) -> Iterator[Stretch]:
        rest = list(range(len(self._facts)))
        while rest:
            begin = self._facts[rest[0]].time
            tile = [at for at in rest if self._facts[at].time - begin <= self._ticks]
            if self._holds(tile):
                yield Stretch(tile[0], tile[-1], self._measure(tile))
            rest = rest[len(tile) :]

    def _holds(self, window: list[int]) -> bool:
        if self._given.type is CorrelationType.TEMPORAL_ORDERED:
            return self._is_chain(window, 0, -math.inf)
        if self._given.expression:
            node = expression_node(self._given.expression, self._given.expression_names)
            return true_of(node, self._present(window))
        measured = self._measure(window)
        return measured is not None and all(
            compare(limit, measured) for limit in self._given.limits
        )

    def _is_chain(self, window: list[int], step: int, since: float) -> bool:
        """Say whether the steps from this one on can be found at or after a time."""
        return step == len(self._bound.roles) or any(
            step in self._facts[at].roles
            and self._facts[at].time >= since
            and self._is_chain(window, step + 1, self._facts[at].time)
            for at in window
        )

    def _present(self, window: list[int]) -> frozenset[int]:
        return frozenset[int]().union(*(self._facts[at].roles for at in window))

    def _measure(self, window: list[int]) -> Measure:
        kind = self._given.type
        if kind is CorrelationType.EVENT_COUNT:
            return len(window)
        if kind is CorrelationType.TEMPORAL_ORDERED:
            return len(self._bound.roles)
        if kind is CorrelationType.TEMPORAL:
            return len(self._present(window))
        values = [[self._facts[at].values[p] or "" for p in self._bound.values] for at in window]
        if kind is CorrelationType.VALUE_COUNT:
            return len({tuple(map(fold, texts)) for texts in values})
        return _of_numbers(self._given.type, self._given.percentile, [t[0] for t in values])


def _most(one: Measure, other: Measure) -> Measure:
    return other if one is None or other is None else max(one, other)


def _of_numbers(kind: CorrelationType, percentile: int, texts: list[str]) -> Measure:
    numbers = [Fraction(found) for text in texts if (found := number(text)) is not None]
    if not numbers:
        return None
    if kind is CorrelationType.VALUE_SUM:
        return sum(numbers)
    if kind is CorrelationType.VALUE_AVG:
        return sum(numbers) / len(numbers)
    if kind is CorrelationType.VALUE_MEDIAN:
        return float(statistics.median(numbers))
    ranked = sorted(numbers)
    return float(ranked[max(1, math.ceil(percentile * len(ranked) / 100)) - 1])
