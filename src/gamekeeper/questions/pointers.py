"""Events fetched by their pointers: the texts of the few rows that an answer shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: Source and offset of an event.
Pointer = tuple[int, int]
Fields = dict[str, object]


def fetch(
    snapshot: Snapshot,
    selection: Selection,
    wanted: Iterable[tuple[Pointer, int]],
    columns: Sequence[str],
) -> dict[Pointer, Fields]:
    """Return the columns of some thousand selected events by pointer.

    ``wanted`` are pointers with the FILETIME of each, -1 where it has none: only the part of the log between
    the earliest and the latest is read. Columns that a dataset does not have are not in its fields.
    """
    times = dict(wanted)
    if not times:
        return {}
    if min(times.values()) >= 0:
        selection = replace(selection, start=min(times.values()), stop=max(times.values()) + 1)
    offsets = np.array(sorted({offset for _, offset in times}), np.int64)
    found: dict[Pointer, Fields] = {}
    for batch in snapshot.batches(selection, columns):
        rows = np.flatnonzero(np.isin(batch.table.column("event.offset").to_numpy(), offsets))
        if not len(rows):
            continue
        kept = batch.table.select([n for n in batch.table.schema.names if n in _named(columns)])
        for fields in kept.take(rows).to_pylist():
            pointer = (fields["event.source"], fields["event.offset"])
            if pointer in times:
                found[pointer] = fields | {"event.dataset": batch.dataset}
    return found


def _named(columns: Sequence[str]) -> set[str]:
    return {"event.source", "event.offset", "event.record_id", "EventID", "@timestamp", *columns}
