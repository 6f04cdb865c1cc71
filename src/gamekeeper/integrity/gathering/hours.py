"""How many events each log has in each hour: its rhythm, its silences and its collapse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.frames import LOG_FIELDS, first_of_each, frame_of

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

#: 100 ns intervals of an hour.
HOUR: Final = 36_000_000_000

#: ``hour``: FILETIME of its start; ``first`` and ``last``: of the events in it.
SCHEMA: Final = pa.schema(
    [
        *LOG_FIELDS,
        pa.field("hour", pa.int64(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),
        pa.field("last", pa.int64(), nullable=False),
    ]
)


class Hours:
    """Gathers counts by hour; events without a time have none."""

    name = "hours"
    schema = SCHEMA
    key = ("host", "channel", "source", "hour")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log and hour of the batch."""
        frame = frame_of(batch)
        if not len(frame.timed):
            return None
        code, time = frame.logs.code[frame.timed], frame.times[frame.timed]
        order = np.lexsort((time, code))
        code, time = code[order], time[order]
        hour = time // HOUR * HOUR
        starts = np.flatnonzero(first_of_each((code, hour)))
        stops = np.append(starts[1:], len(code)) - 1
        numbers = (hour[starts], stops - starts + 1, time[starts], time[stops])
        return pa.RecordBatch.from_arrays(
            [*frame.logs.columns(code[starts]), *map(pa.array, numbers)], schema=SCHEMA
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Add up what batches say of one hour."""
        return summed(rows)


def summed(rows: pa.Table) -> pa.Table:
    """Return one row a log and hour, in order of the key."""
    keys = list(Hours.key)
    sums = rows.group_by(keys).aggregate([("events", "sum"), ("first", "min"), ("last", "max")])
    sums = sums.rename_columns(
        [
            name.removesuffix("_sum").removesuffix("_min").removesuffix("_max")
            for name in sums.column_names
        ]
    )
    return sums.select(SCHEMA.names).cast(SCHEMA).sort_by([(key, "ascending") for key in keys])
