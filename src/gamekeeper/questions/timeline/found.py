"""What the last run of rules found, by event: the gravest level and the names of the rules.

Kept as columns of numbers, some thirty bytes a match, so that millions of them fit beside the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.findings import LEVELS
from gamekeeper.questions.summaries.record_fields import LARGE, codes_of, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gamekeeper.store.selection import Selection

#: Bits of the offset in the key of an event. A key only leads to where to look; both are compared then.
_OFFSET_BITS: Final = 42
_RANKS: Final = {level: rank for rank, level in enumerate(LEVELS)}


#: What of a match is looked at.
MATCH_COLUMNS: Final = ("rule.title", "rule.level", "source", "offset", "filetime")


@dataclass(frozen=True, slots=True)
class _Matches:
    """Columns of matches; ``names`` are positions among the rules, ``ranks`` those of the levels."""

    sources: NDArray[np.int32]
    offsets: NDArray[np.int64]
    names: NDArray[np.int32]
    ranks: NDArray[np.int8]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> _Matches:
        """Return some of the rows."""
        return _Matches(self.sources[rows], self.offsets[rows], self.names[rows], self.ranks[rows])

    @classmethod
    def joined(cls, parts: Sequence[_Matches]) -> _Matches:
        """Return the rows of several in one; at least one of them."""
        return cls(
            np.concatenate([part.sources for part in parts]),
            np.concatenate([part.offsets for part in parts]),
            np.concatenate([part.names for part in parts]),
            np.concatenate([part.ranks for part in parts]),
        )


class Found:
    """Matches of events, looked up by source and offset."""

    def __init__(self, matches: Iterable[pa.RecordBatch], selection: Selection) -> None:
        names: dict[str, int] = {}
        self._times: list[int] = []
        parts = [self._kept(batch, names, selection) for batch in matches if batch.num_rows]
        rows = _Matches.joined([_NO_MATCHES, *parts])
        keys = _keys(rows.sources, rows.offsets)
        # The gravest first, then by name: the order is total, whatever the order of the matches.
        spelt = _alphabetical(names)[rows.names]
        order = np.lexsort((spelt, rows.ranks, rows.offsets, rows.sources, keys))
        self._rows = rows.take(order)
        self._keys = keys[order]
        self._names = pa.array(list(names), LARGE)
        self._levels = pa.array([*LEVELS, None], LARGE)

    def _kept(self, batch: pa.RecordBatch, names: dict[str, int], selection: Selection) -> _Matches:
        times = batch["filetime"].fill_null(_NO_TIME).to_numpy(zero_copy_only=False)
        keep = _is_in_period(times, selection)
        if keep.any():
            self._times += [int(times[keep].min()), int(times[keep].max())]
        return _numbers(batch, names).take(keep)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def period(self) -> tuple[int, int] | None:
        """The first and the last time of a match, None where one has no time or there is none."""
        if not self._times or min(self._times) == _NO_TIME:
            return None
        return min(self._times), max(self._times)

    def has(self, sources: pa.Array, offsets: pa.Array) -> NDArray[np.bool_]:
        """Say of each event whether anything was found in it."""
        starts, stops = self._ranges(sources, offsets)
        return stops > starts

    def told(self, sources: pa.Array, offsets: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return the gravest level and the names of the rules of each event, null where there are none."""
        starts, stops = self._ranges(sources, offsets)
        sizes = stops - starts
        offset = np.concatenate(([0], np.cumsum(sizes)))
        entries = np.arange(offset[-1]) + np.repeat(starts - offset[:-1], sizes)
        fresh = self._is_fresh(entries, offset[:-1][sizes > 0])
        kept = entries[fresh]
        bounds = np.concatenate(([0], np.cumsum(fresh)))[offset].astype(np.int64)
        texts = self._names.take(pa.array(self._rows.names[kept]))
        lists = pa.LargeListArray.from_arrays(pa.array(bounds), texts)
        joined = pc.binary_join(lists, pa.scalar("; ", LARGE))
        some = pa.array(sizes > 0)
        ranks = np.full(len(starts), len(LEVELS), np.int64)
        ranks[sizes > 0] = self._rows.ranks[starts[sizes > 0]]
        none = pa.scalar(None, LARGE)
        return self._levels.take(pa.array(ranks)), pc.if_else(some, joined, none)

    def _is_fresh(self, entries: NDArray[np.int64], heads: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which entries do not repeat the rule before them in the same event."""
        rules = self._rows.names[entries]
        fresh = np.ones(len(entries), bool)
        fresh[1:] = rules[1:] != rules[:-1]
        fresh[heads] = True
        return fresh

    def _ranges(
        self, sources: pa.Array, offsets: pa.Array
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        source = sources.to_numpy(zero_copy_only=False).astype(np.int64)
        offset = offsets.to_numpy(zero_copy_only=False).astype(np.int64)
        keys = _keys(source, offset)
        starts = np.searchsorted(self._keys, keys, "left")
        stops = np.searchsorted(self._keys, keys, "right")
        hit = np.flatnonzero(stops > starts)
        there = self._rows.take(starts[hit])
        other = hit[(there.sources != source[hit]) | (there.offsets != offset[hit])]
        stops[other] = starts[other]
        return starts, stops


_NO_TIME: Final = np.iinfo(np.int64).min


_NO_MATCHES: Final = _Matches(
    np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int8)
)


def _numbers(batch: pa.RecordBatch, names: dict[str, int]) -> _Matches:
    titles, levels = encoded(batch["rule.title"]), encoded(batch["rule.level"])
    numbers = [names.setdefault(name, len(names)) for name in titles.dictionary.to_pylist()]
    ranks = [_RANKS.get(level, len(LEVELS)) for level in levels.dictionary.to_pylist()]
    return _Matches(
        batch["source"].to_numpy(zero_copy_only=False),
        batch["offset"].to_numpy(zero_copy_only=False),
        np.array([*numbers, 0], np.int32)[codes_of(titles)],
        np.array([*ranks, len(LEVELS)], np.int8)[codes_of(levels)],
    )


def _is_in_period(times: NDArray[np.int64], selection: Selection) -> NDArray[np.bool_]:
    keep = np.ones(len(times), bool)
    if selection.start is not None:
        keep &= times >= selection.start
    if selection.stop is not None:
        keep &= (times < selection.stop) & (times != _NO_TIME)
    return keep


def _alphabetical(names: dict[str, int]) -> NDArray[np.int64]:
    places = np.zeros(len(names) + 1, np.int64)
    for place, name in enumerate(sorted(names)):
        places[names[name]] = place
    return places


def _keys(sources: NDArray[np.signedinteger], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    keys: NDArray[np.int64] = (sources.astype(np.int64) << _OFFSET_BITS) ^ offsets
    return keys
