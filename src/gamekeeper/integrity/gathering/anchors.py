"""When some records of each log were written: those with round numbers, so that all copies show the same.

Two copies that give one number to records of different times were numbered anew, or are no copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.integrity.gathering.frames import RECORD_FIELDS, frame_of, integers

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

#: Every so many records one is kept: 20 million records give 300,000 rows.
EVERY: Final = 64

SCHEMA: Final = pa.schema(RECORD_FIELDS)


class Anchors:
    """Gathers records with round numbers."""

    name = "anchors"
    schema = SCHEMA
    key = ("host", "channel", "record", "filetime", "source", "offset")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the batch's records whose EventRecordID divides evenly."""
        frame = frame_of(batch)
        number = integers(batch.table.column("EventRecordID"), 1)
        rows = frame.timed[number[frame.timed] % EVERY == 0]
        if not len(rows):
            return None
        return pa.RecordBatch.from_arrays(frame.records(rows), schema=SCHEMA)

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows
