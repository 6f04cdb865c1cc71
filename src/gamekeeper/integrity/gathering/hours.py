"""How many events each log has in each hour: its rhythm, its silences and its collapse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.groups import logs_of

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

#: 100 ns intervals of an hour.
HOUR: Final = 36_000_000_000

#: ``hour``: FILETIME of its start; ``first`` and ``last``: of the events in it.
SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
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

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log and hour of the batch."""
        logs = logs_of(batch)
        times = batch.table.column("event.filetime")
        known = times.is_valid().to_numpy(zero_copy_only=False) & (logs.code >= 0)
        rows = np.flatnonzero(known)
        if not len(rows):
            return None
        time = times.fill_null(0).to_numpy()[rows]
        order = np.lexsort((time, logs.code[rows]))
        code, time = logs.code[rows][order], time[order]
        hour = time // HOUR * HOUR
        changed = np.ones(len(rows), bool)
        changed[1:] = (code[1:] != code[:-1]) | (hour[1:] != hour[:-1])
        starts = np.flatnonzero(changed)
        stops = np.append(starts[1:], len(rows)) - 1
        log = code[starts]
        return pa.RecordBatch.from_arrays(
            [
                logs.hosts(log),
                logs.channels(log),
                pa.array(logs.source[log]),
                pa.array(hour[starts]),
                pa.array(stops - starts + 1),
                pa.array(time[starts]),
                pa.array(time[stops]),
            ],
            schema=SCHEMA,
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
