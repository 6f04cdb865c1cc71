"""Which matches the HTML report carries, and when all the others happened.

A report must open in a browser. It carries every finding, and every match up to :data:`MATCH_LIMIT`;
beyond that the first K of each finding, K chosen so that the limit holds. Then the matches' times come
along as counts by finding and time step, so that the time chart still shows all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.incidents import columns, grouping
from gamekeeper.incidents.grouping import Grouper, Limits
from gamekeeper.incidents.naming import Finder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.model.findings import Finding
    from gamekeeper.model.results import HuntResult

MATCH_LIMIT: Final = 100_000
_STEPS: Final = 2_048  # time steps at first; halved while there are too many counts
_POINT_LIMIT: Final = 300_000


@dataclass(frozen=True, slots=True)
class Points:
    """How many matches of a finding (its position) fall into a time step (FILETIME of its start)."""

    finding: NDArray[np.int64]
    time: NDArray[np.int64]
    count: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Embedded:
    """``matches`` are sorted by ``finding``, then in the order of the store."""

    matches: pa.Table
    finding: NDArray[np.int64]  # position of each match's finding
    per_finding: int  # K; 0 where all matches are here
    points: Points | None  # where matches are missing here
    unassigned: int  # matches that belong to none of the result's findings


def embed(result: HuntResult, limit: int = MATCH_LIMIT) -> Embedded:
    """Read all matches once and choose those that the report carries."""
    share = 0 if len(result.matches) <= limit else first_share(result.findings, limit)
    places = {finding.id: place for place, finding in enumerate(result.findings)}
    chosen = _Choice(len(places), share)
    clock = _Clock(result.findings) if share else None
    grouper = Grouper(result.rules, Limits(), Finder(result.names))
    lookup = np.zeros(0, np.int64)
    for batch in columns.slices(result.matches.batches(), grouping.ROWS):
        numbers = grouper.assign(batch)
        fresh = [places.get(group.id, -1) for group in grouper.groups[len(lookup) :]]
        lookup = np.append(lookup, np.array(fresh, np.int64))
        chosen.add(batch, lookup[numbers])
        if clock:
            clock.add(lookup[numbers], columns.times(batch["filetime"]))
    table, finding = chosen.table()
    points = clock.points() if clock else None
    return Embedded(table, finding, share, points, chosen.unassigned)


def first_share(findings: tuple[Finding, ...], limit: int) -> int:
    """Return the greatest K for which K matches of each finding stay within the limit, at least 1."""
    counts = np.array([finding.count for finding in findings], np.int64)
    low, high = 1, max(limit, 1)
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.minimum(counts, middle).sum()) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


class _Choice:
    """The first ``share`` rows of each finding, or all of them where it is 0."""

    def __init__(self, findings: int, share: int) -> None:
        self.unassigned = 0
        self._share = share
        self._taken = np.zeros(findings, np.int64)
        self._parts: list[pa.Table] = []
        self._finding: list[NDArray[np.int64]] = []

    def add(self, batch: pa.RecordBatch, finding: NDArray[np.int64]) -> None:
        rows = np.flatnonzero(finding >= 0)
        self.unassigned += len(finding) - len(rows)
        if self._share:
            rows = self._first(rows, finding)
        if len(rows):
            plain = pa.Table.from_batches([batch.take(pa.array(rows))])
            self._parts.append(_undictionaried(plain))
            self._finding.append(finding[rows])

    def _first(self, rows: NDArray[np.int64], finding: NDArray[np.int64]) -> NDArray[np.int64]:
        rows = rows[np.argsort(finding[rows], kind="stable")]
        groups, starts, counts = np.unique(finding[rows], return_index=True, return_counts=True)
        rank = np.arange(len(rows)) - np.repeat(starts, counts) + self._taken[finding[rows]]
        self._taken[groups] += counts
        return np.sort(rows[rank < self._share])

    def table(self) -> tuple[pa.Table, NDArray[np.int64]]:
        if not self._parts:
            return pa.table({}), np.zeros(0, np.int64)
        finding = np.concatenate(self._finding)
        order = np.argsort(finding, kind="stable")
        return pa.concat_tables(self._parts).take(pa.array(order)), finding[order]


def _undictionaried(table: pa.Table) -> pa.Table:
    """Return the table without dictionaries: few rows would keep alive all values of their batch."""
    plain = [
        pa.field(field.name, columns.LARGE)
        if pa.types.is_dictionary(field.type) or pa.types.is_string(field.type)
        else field
        for field in table.schema
    ]
    arrays = [pc.cast(table[field.name], field.type) for field in plain]
    return pa.Table.from_arrays(arrays, schema=pa.schema(plain))


class _Clock:
    """Counts of matches by finding and time step, of bounded size."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        known = [time for f in findings for time in (f.first_seen, f.last_seen) if time is not None]
        self._start = min(known, default=0)
        self._step = max((max(known, default=0) - self._start) // _STEPS + 1, 1)
        self._keys = np.zeros(0, np.int64)  # finding * _STEPS + step, sorted
        self._counts = np.zeros(0, np.int64)

    def add(self, finding: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        kept = (finding >= 0) & (times != columns.NO_TIME)
        steps = np.clip((times[kept] - self._start) // self._step, 0, _STEPS - 1)
        keys, counts = np.unique(finding[kept] * _STEPS + steps, return_counts=True)
        self._merge(np.append(self._keys, keys), np.append(self._counts, counts))
        while len(self._keys) > _POINT_LIMIT and self._step < 2**62:
            self._step *= 2
            whose, step = np.divmod(self._keys, _STEPS)
            before = len(self._keys)
            self._merge(whose * _STEPS + step // 2, self._counts)
            if len(self._keys) == before:  # one step a finding already
                break

    def _merge(self, keys: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        self._keys, places = np.unique(keys, return_inverse=True)
        self._counts = np.zeros(len(self._keys), np.int64)
        np.add.at(self._counts, places, counts)

    def points(self) -> Points:
        finding, step = np.divmod(self._keys, _STEPS)
        return Points(finding, self._start + step * self._step, self._counts)
