"""One event, however many copies: which rows of different sources are the same event.

Two rows of different sources are copies of one event where host, channel and event id agree, and

- both have a record number: it agrees, the times agree as far as the coarser of both sources tells them,
  and so does the payload (case and blanks at the ends of values apart), unless one of the sources is an
  export that renames or drops fields;
- one lacks its record number: time (as told) and payload agree; the first such row of one source is then a
  copy of the first of the other, the second of the second.

The copy of the most faithful source is kept, then that with the finest time, then that of the source that
came first. Equal numbers and times with different payloads are two events: somebody changed one of them.
``docs/reference/case.md`` says so to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.store.payload import Rows, digests, equal_payloads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

#: Ticks of 100 ns in which a source may tell time: its own, microseconds, milliseconds, seconds.
UNITS: Final = (1, 10, 10_000, 10_000_000)
_NONE: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Keys:
    """What is compared first, row by row; ``_NONE`` stands for an absent number or time."""

    place: NDArray[np.int64]  # host and channel
    source: NDArray[np.int64]
    offset: NDArray[np.int64]
    event_id: NDArray[np.int64]
    record: NDArray[np.int64]
    time: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows that are copies, and for each the row that is kept."""

    copy: NDArray[np.int64]
    kept: NDArray[np.int64]


def keys_of(table: pa.Table) -> Keys:
    """Return the keys of rows with their core columns."""

    def numbers(name: str) -> NDArray[np.int64]:
        column = table.column(name).cast(pa.int64())
        values: NDArray[np.int64] = pc.fill_null(column, _NONE).to_numpy()
        return values

    host = pc.fill_null(table.column("host.name").cast(pa.utf8()), "")
    channel = pc.utf8_lower(pc.fill_null(table.column("Channel").cast(pa.utf8()), ""))
    both = pc.binary_join_element_wise(host, channel, "\x1f")
    place = both.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return Keys(
        place=place,
        source=numbers("event.source"),
        offset=numbers("event.offset"),
        event_id=numbers("EventID"),
        record=numbers("EventRecordID"),
        time=numbers("event.filetime"),
    )


def units_of(keys: Keys) -> dict[int, int]:
    """Return for each source the finest unit in which its rows tell time."""
    found = {}
    for source in np.unique(keys.source).tolist():
        times = keys.time[(keys.source == source) & (keys.time != _NONE)]
        coarse = [unit for unit in UNITS if not np.any(times % unit)]
        found[source] = coarse[-1] if len(times) else 1
    return found


def find(keys: Keys, rows: Rows, fidelity: Mapping[int, int]) -> Copies:
    """Return the copies among some rows; ``fidelity`` is 0 for a source that keeps everything."""
    units = units_of(keys)
    judge = _Judge(keys, rows, fidelity, units)
    numbered = judge.numbered()
    taken = np.zeros(len(keys), bool)
    taken[numbered.copy] = True
    rest = judge.unnumbered(taken)
    return Copies(
        np.concatenate([numbered.copy, rest.copy]), np.concatenate([numbered.kept, rest.kept])
    )


class _Judge:
    """Compares the rows of one bunch."""

    def __init__(
        self, keys: Keys, rows: Rows, fidelity: Mapping[int, int], units: Mapping[int, int]
    ) -> None:
        self._keys = keys
        self._rows = rows
        names, at = np.unique(keys.source, return_inverse=True)
        ranks = sorted(names.tolist(), key=lambda s: (fidelity.get(s, 0), units[s], s))
        place = {source: rank for rank, source in enumerate(ranks)}
        self._rank = np.array([place[s] for s in names.tolist()], np.int64)[at]
        self._unit = np.array([units[s] for s in names.tolist()], np.int64)[at]
        self._faithful = np.array([fidelity.get(s, 0) == 0 for s in names.tolist()], bool)[at]

    def numbered(self) -> Copies:
        """Compare rows that have a record number."""
        keys = self._keys
        has = np.flatnonzero(keys.record != _NONE)
        order = has[
            np.lexsort(
                (
                    keys.offset[has],
                    self._rank[has],
                    keys.time[has],
                    keys.record[has],
                    keys.event_id[has],
                    keys.place[has],
                )
            )
        ]
        names = (keys.place, keys.event_id, keys.record)
        starts = _starts(order, names)
        # Rows of one number whose times are apart are events of different lives of the log.
        gap = np.diff(keys.time[order], prepend=0)
        unit = np.maximum(self._unit[order], np.roll(self._unit[order], 1))
        starts |= gap >= unit
        copy, kept = self._pairs(order, starts)
        same = self._agree(copy, kept)
        return Copies(copy[same], kept[same])

    def unnumbered(self, taken: NDArray[np.bool_]) -> Copies:
        """Compare what has no number with everything at its time, by payload."""
        keys = self._keys
        lacks = (keys.record == _NONE) & ~taken
        if not lacks.any():
            return Copies(np.zeros(0, np.int64), np.zeros(0, np.int64))
        unit = np.full(len(keys), np.max(self._unit[lacks]), np.int64)
        bucket = np.where(keys.time == _NONE, _NONE, keys.time // np.maximum(unit, UNITS[2]))
        free = np.flatnonzero(~taken)
        order = free[np.lexsort((bucket[free], keys.event_id[free], keys.place[free]))]
        groups: NDArray[np.int64] = np.cumsum(
            _starts(order, (keys.place, keys.event_id, bucket)), dtype=np.int64
        )
        mixed = _groups_with(groups, lacks[order]) & _groups_of_several(groups, self._rank[order])
        order = order[mixed]
        if not len(order):
            return Copies(order, order)
        text = digests(self._rows, order)
        inner = np.lexsort((keys.offset[order], self._rank[order], text, groups[mixed]))
        order, text, group = order[inner], text[inner], groups[mixed][inner]
        starts = np.ones(len(order), bool)
        starts[1:] = (text[1:] != text[:-1]) | (group[1:] != group[:-1])
        copy, kept = self._pairs(order, starts)
        near = lacks[copy] | lacks[kept]
        return Copies(copy[near], kept[near])

    def _pairs(
        self, order: NDArray[np.int64], starts: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pair, within each group, the k-th row of every source with the k-th of the best one."""
        if not len(order):
            return order, order
        group = np.cumsum(starts) - 1
        rank = self._rank[order]
        inner = np.lexsort((np.arange(len(order)), rank, group))
        order, group, rank = order[inner], group[inner], rank[inner]
        first = np.flatnonzero(np.diff(group, prepend=-1))
        best = rank[first][group]
        run = np.ones(len(order), bool)
        run[1:] = (group[1:] != group[:-1]) | (rank[1:] != rank[:-1])
        at = np.arange(len(order))
        turn = at - np.maximum.accumulate(np.where(run, at, 0))
        target = first[group] + turn
        inside = np.minimum(target, len(order) - 1)
        is_copy = (rank != best) & (group[inside] == group) & (rank[inside] == best)
        is_copy &= target < len(order)
        return order[is_copy], order[inside[is_copy]]

    def _agree(self, copy: NDArray[np.int64], kept: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which pairs agree in payload, where both sources keep it."""
        same = np.ones(len(copy), bool)
        both = np.flatnonzero(self._faithful[copy] & self._faithful[kept])
        if len(both):
            same[both] = equal_payloads(self._rows, copy[both], kept[both])
        return same


def _starts(order: NDArray[np.int64], names: tuple[NDArray[np.int64], ...]) -> NDArray[np.bool_]:
    """Say at which places of an order a new group of equal names begins."""
    starts = np.zeros(len(order), bool)
    if len(order):
        starts[0] = True
        for name in names:
            values = name[order]
            starts[1:] |= values[1:] != values[:-1]
    return starts


def _groups_with(groups: NDArray[np.int64], is_one: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.bincount(groups, weights=is_one)[groups] > 0
    return found


def _groups_of_several(groups: NDArray[np.int64], rank: NDArray[np.int64]) -> NDArray[np.bool_]:
    pairs = np.unique(np.stack([groups, rank]), axis=1)
    found: NDArray[np.bool_] = np.bincount(pairs[0], minlength=int(groups.max()) + 1)[groups] > 1
    return found
