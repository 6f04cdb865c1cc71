"""When some records of each log were written: those with round numbers, so that all copies show the same.

Two copies that give one number to records of different times were numbered anew, or are no copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.groups import logs_of

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

#: Every so many records one is kept: 20 million records give 300,000 rows.
EVERY: Final = 64

SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
        pa.field("filetime", pa.int64(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
    ]
)


class Anchors:
    """Gathers records with round numbers."""

    name = "anchors"
    schema = SCHEMA
    key = ("host", "channel", "record", "filetime", "source", "offset")

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the batch's records whose EventRecordID divides evenly."""
        table = batch.table
        number, time = table.column("EventRecordID"), table.column("event.filetime")
        round_numbers = number.fill_null(1).to_numpy() % EVERY == 0
        rows = np.flatnonzero(round_numbers & time.is_valid().to_numpy(zero_copy_only=False))
        if not len(rows):
            return None
        logs = logs_of(batch)
        rows = rows[logs.code[rows] >= 0]
        log, taken = logs.code[rows], pa.array(rows)
        return pa.RecordBatch.from_arrays(
            [
                logs.hosts(log),
                logs.channels(log),
                number.take(taken),
                time.take(taken),
                pa.array(logs.source[log]),
                table.column("event.offset").take(taken),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows
