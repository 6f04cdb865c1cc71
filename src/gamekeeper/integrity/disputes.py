"""Pairs of copies of one log that give one record number to records of different times."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.lives import lives

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy
    from gamekeeper.integrity.lives import Life

#: How exactly exports write times: 100 ns, a microsecond, a millisecond, a second.
_GRAINS: Final = (10_000_000, 10_000, 10)

_QUARTER: Final = 900 * 10_000_000

_Pair = tuple[int, int]  # numbers of two sources


@dataclass(frozen=True, slots=True)
class Point:
    """One record number in two copies."""

    record: int
    times: tuple[int, int]
    offsets: tuple[int, int]

    @property
    def apart(self) -> int:
        """How much later the second copy's record is."""
        return self.times[1] - self.times[0]


@dataclass(frozen=True, slots=True, eq=False)
class Dispute:
    """Two copies and the numbers about which they do not agree.

    ``agreed``: the time of the last record before, about which they do; None where there is none.
    """

    left: Copy
    right: Copy
    points: Sequence[Point]
    agreed: int | None


def disputes(facts: Facts) -> Sequence[Dispute]:
    """Return all disputes by log and source."""
    return facts.once("disputes", lambda facts: list(_disputes(facts)))


def _disputes(facts: Facts) -> Iterator[Dispute]:
    shared = _shared(facts)
    if not shared:
        return
    grains = _grains(facts)
    for where, found in sorted(lives(facts).items()):
        for life in found:
            yield from _of(life, shared.get(where, {}), grains)


def _of(
    life: Life, shared: Mapping[_Pair, list[Point]], grains: Mapping[int, int]
) -> Iterator[Dispute]:
    for left, right in combinations(sorted(life.copies, key=lambda copy: copy.source), 2):
        first, last = max(left.first, right.first), min(left.last, right.last)
        points = [
            point
            for point in shared.get((left.source, right.source), ())
            if first <= point.record <= last
        ]
        grain = max(grains.get(copy.source, 1) for copy in (left, right))
        apart = [point for point in points if abs(point.apart) >= grain]
        if not apart or _is_one_clock(points, grain) or _is_summer_time(apart, grain):
            continue
        before = [point for point in points if point.record < apart[0].record]
        yield Dispute(left, right, apart, max(before[-1].times) if before else None)


def _is_one_clock(points: Sequence[Point], grain: int) -> bool:
    """Whether one amount explains all differences: a clock or a time zone."""
    apart = [point.apart for point in points]
    return len(points) > 1 and max(apart) - min(apart) <= grain


def _is_summer_time(apart: Sequence[Point], grain: int) -> bool:
    """Whether those that differ all do so by one whole quarter of hours: a zone, from some day on."""
    by = apart[0].apart
    same = all(abs(point.apart - by) <= grain for point in apart)
    return same and abs(by - round(by / _QUARTER) * _QUARTER) <= grain and abs(by) >= _QUARTER


def _shared(facts: Facts) -> dict[tuple[str, str], dict[_Pair, list[Point]]]:
    """Return, by log and pair of sources, the anchors that both have; row by row over those only."""
    table = facts.table("anchors")
    if not table.num_rows:
        return {}
    host, channel = (
        table[name].combine_chunks().dictionary_encode().indices.to_numpy()
        for name in ("host", "channel")
    )
    record = table["record"].to_numpy()
    same = np.zeros(table.num_rows, bool)
    same[1:] = (record[1:] == record[:-1]) & (host[1:] == host[:-1]) & (channel[1:] == channel[:-1])
    several = same.copy()
    several[:-1] |= same[1:]
    groups: dict[tuple[str, str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for row in table.filter(several).to_pylist():
        groups[row["host"], row["channel"], row["record"]].append(
            (row["source"], row["filetime"], row["offset"])
        )
    found: dict[tuple[str, str], dict[_Pair, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for (on, name, number), rows in groups.items():
        for (one, time, at), (other, later, there) in combinations(sorted(rows), 2):
            if one != other:
                point = Point(number, (time, later), (at, there))
                found[on, name][one, other].append(point)
    return found


def _grains(facts: Facts) -> dict[int, int]:
    """Return how exactly each source writes times, learned from its anchors."""
    table = facts.table("anchors")
    source, time = table["source"].to_numpy(), table["filetime"].to_numpy()
    grains = {}
    for number in np.unique(source).tolist():
        own = time[source == number]
        grains[number] = next((grain for grain in _GRAINS if not (own % grain).any()), 1)
    return grains
