"""Where copies lead: every witness names an event that is kept, or another witness that does.

Pointers are followed in portions, so that memory stays bounded whatever the number of copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.store.records import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.store.snapshot import Snapshot

#: Pointers that are followed at once; 8 bytes each, several times over.
PORTION: Final = 4_000_000
#: A place is one number, source before offset: logs have less than 4 TiB, a case less than two million.
_OFFSET_BITS: Final = 42

Places = npt.NDArray[np.int64]


def places(sources: pa.ChunkedArray, offsets: pa.ChunkedArray) -> Places:
    """Return (source, offset) of rows as numbers that order and equal them."""
    found: Places = (sources.to_numpy().astype(np.int64) << _OFFSET_BITS) + offsets.to_numpy()
    return found


def source_of(place: int) -> int:
    """Return the source of a place."""
    return place >> _OFFSET_BITS


def offset_of(place: int) -> int:
    """Return the offset of a place."""
    return place & ((1 << _OFFSET_BITS) - 1)


def lost(snapshot: Snapshot) -> Places:
    """Return the places that witnesses lead to and where neither an event nor a way to one is."""
    parts = [_followed(snapshot, wanted) for wanted in _targets(snapshot)]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)


def _targets(snapshot: Snapshot) -> Iterator[Places]:
    """Yield portions of what witnesses lead to, each place once within its portion."""
    waiting: list[Places] = []
    count = 0
    for table in _tables(snapshot, Kind.WITNESSES, kept=True):
        waiting.append(places(table.column("kept.source"), table.column("kept.offset")))
        count += table.num_rows
        if count >= PORTION:
            yield np.unique(np.concatenate(waiting))
            waiting, count = [], 0
    if waiting:
        yield np.unique(np.concatenate(waiting))


def _followed(snapshot: Snapshot, wanted: Places) -> Places:
    """Return those of some places from which no way leads to an event: a gap is ahead, or a circle."""
    at, onward = np.zeros(0, np.int64), np.zeros(0, np.int64)
    good = np.zeros(0, np.int64)
    seen = edge = wanted
    while len(edge):
        present = _present(snapshot, Kind.EVENTS, edge)
        good = np.union1d(good, edge[present])
        own, kept = _hops(snapshot, edge[~present])
        at, onward = np.concatenate([at, own]), np.concatenate([onward, kept])
        edge = np.setdiff1d(kept, seen)
        seen = np.union1d(seen, edge)
    while len(more := np.setdiff1d(at[is_in(onward, good)], good)):
        good = np.union1d(good, more)
    return wanted[~is_in(wanted, good)]


def _hops(snapshot: Snapshot, wanted: Places) -> tuple[Places, Places]:
    """Return which of some places are witnesses, and where each leads to."""
    own, kept = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for table in _tables(snapshot, Kind.WITNESSES, kept=True) if len(wanted) else ():
        here = places(table.column("event.source"), table.column("event.offset"))
        inside = is_in(here, wanted)
        own.append(here[inside])
        kept.append(places(table.column("kept.source"), table.column("kept.offset"))[inside])
    return np.concatenate(own), np.concatenate(kept)


def _present(snapshot: Snapshot, kind: Kind, wanted: Places) -> NDArray[np.bool_]:
    """Say at which of some sorted places a row is."""
    found = np.zeros(len(wanted), bool)
    if not len(wanted):
        return found
    named = set(np.unique(wanted >> _OFFSET_BITS).tolist())
    for table in _tables(snapshot, kind, kept=False, sources=named):
        own = places(table.column("event.source"), table.column("event.offset"))
        found[np.searchsorted(wanted, own[is_in(own, wanted)])] = True
    return found


def is_in(one: Places, others: Places) -> NDArray[np.bool_]:
    """Say which of some places are among sorted others."""
    if not len(others) or not len(one):
        return np.zeros(len(one), bool)
    at = np.searchsorted(others, one)
    found: NDArray[np.bool_] = others[np.minimum(at, len(others) - 1)] == one
    return found


def _tables(
    snapshot: Snapshot, kind: Kind, *, kept: bool, sources: set[int] | None = None
) -> Iterator[pa.Table]:
    """Yield places of rows, a row group at a time."""
    names = ["event.source", "event.offset", *(["kept.source", "kept.offset"] if kept else [])]
    for file in snapshot.of_kind(kind):
        if sources is not None and not any(span.source in sources for span in file.spans):
            continue
        with pq.ParquetFile(snapshot.layout.path(file.path)) as parquet:
            for group in range(parquet.num_row_groups):
                table = parquet.read_row_group(group, columns=names, use_threads=False)
                if sources is None or _holds(table, sources):
                    yield table


def _holds(table: pa.Table, sources: set[int]) -> bool:
    return not sources.isdisjoint(pc.unique(table.column("event.source")).to_pylist())
