"""How many records of a file carry their own rendering: the mark of a collector's log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.model.events import RecordState

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

SCHEMA: Final = pa.schema(
    [
        pa.field("source", pa.int32(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),
    ]
)
_PREFIX: Final = "RenderingInfo_"


class Rendered:
    """Gathers counts of records with a ``RenderingInfo``."""

    name = "rendered"
    schema = SCHEMA
    key = ("source",)
    is_apart = False

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a file of the batch that has such records."""
        rest = batch.table.column("event.rest")
        names = rest.flatten().field("name")
        # Most batches know no such name at all.
        marks = [name.startswith(_PREFIX) for name in names.dictionary.to_pylist()]
        if not any(marks):
            return None
        codes = names.indices.to_numpy(zero_copy_only=False)
        row = np.repeat(np.arange(len(rest)), rest.value_lengths().to_numpy(zero_copy_only=False))
        rows = np.unique(row[np.array(marks)[codes]])
        live = batch.table.column("event.state").to_numpy()[rows] == RecordState.LIVE
        source = batch.table.column("event.source").to_numpy()[rows[live]]
        numbers, counts = np.unique(source, return_counts=True)
        return pa.RecordBatch.from_arrays([pa.array(numbers), pa.array(counts)], schema=SCHEMA)

    def whole(self, rows: pa.Table) -> pa.Table:
        """Add up what batches say of one file."""
        sums = rows.group_by(["source"]).aggregate([("events", "sum")])
        return sums.rename_columns(SCHEMA.names).cast(SCHEMA).sort_by("source")
