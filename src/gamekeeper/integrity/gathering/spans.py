"""Stretches of records without a hole: a log of a million whole records is one row.

A stretch ends where the next EventRecordID does not follow, where the relation between the record
header's number and the EventRecordID changes, or where time steps back by more than a second. Rows of
neighbouring batches are joined once all events are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.groups import logs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

#: Threads write their records a little out of order.
SLACK: Final = 10_000_000

#: ``delta``: header number minus EventRecordID, null where the source has no number of its own that means
#: the record's. ``first_*`` and ``last_*`` are those of the first and last record by EventRecordID.
SCHEMA: Final = pa.schema(
    [
        pa.field("source", pa.int32(), nullable=False),
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("first_id", pa.int64(), nullable=False),
        pa.field("last_id", pa.int64(), nullable=False),
        pa.field("first_time", pa.int64()),
        pa.field("last_time", pa.int64()),
        pa.field("first_offset", pa.int64(), nullable=False),
        pa.field("last_offset", pa.int64(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("delta", pa.int64()),
    ]
)
_NO_TIME: Final = np.iinfo(np.int64).min


class Spans:
    """Gathers stretches."""

    name = "spans"
    schema = SCHEMA
    key = ("host", "channel", "source", "first_id", "first_offset")

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a stretch of the batch."""
        table = batch.table
        logs = logs_of(batch)
        number = table.column("EventRecordID")
        rows = np.flatnonzero((logs.code >= 0) & number.is_valid().to_numpy(zero_copy_only=False))
        if not len(rows):
            return None
        ids = number.fill_null(0).to_numpy()[rows]
        offset = table.column("event.offset").to_numpy()[rows]
        order = np.lexsort((offset, ids, logs.code[rows]))
        rows, ids, offset = rows[order], ids[order], offset[order]
        code = logs.code[rows]
        time = table.column("event.filetime").fill_null(_NO_TIME).to_numpy()[rows]
        header = table.column("event.record_id").fill_null(0).to_numpy()[rows]
        delta = header - ids
        starts = _starts(code, ids, delta, time)
        stops = np.append(starts[1:], len(rows)) - 1
        log = code[starts]
        return pa.RecordBatch.from_arrays(
            [
                pa.array(logs.source[log]),
                logs.hosts(log),
                logs.channels(log),
                pa.array(ids[starts]),
                pa.array(ids[stops]),
                _times(time[starts]),
                _times(time[stops]),
                pa.array(offset[starts]),
                pa.array(offset[stops]),
                pa.array(stops - starts + 1),
                pa.array(delta[starts]),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Join stretches that follow each other."""
        return joined(rows)


def _starts(
    code: NDArray[np.int64],
    ids: NDArray[np.int64],
    delta: NDArray[np.int64],
    time: NDArray[np.int64],
) -> NDArray[np.int64]:
    breaks = np.ones(len(ids), bool)
    steps_back = (time[1:] < time[:-1] - SLACK) & (time[1:] != _NO_TIME)
    breaks[1:] = (
        (code[1:] != code[:-1]) | (ids[1:] != ids[:-1] + 1) | (delta[1:] != delta[:-1]) | steps_back
    )
    return np.flatnonzero(breaks)


def _times(values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, mask=values == _NO_TIME)


def joined(rows: pa.Table) -> pa.Table:
    """Return the stretches with neighbours joined; ``rows`` are in order of the key."""
    if not rows.num_rows:
        return rows
    log = np.zeros(rows.num_rows, bool)
    for name in ("host", "channel", "source"):
        codes = rows[name].combine_chunks()
        if pa.types.is_string(codes.type):
            codes = codes.dictionary_encode().indices
        plain = codes.to_numpy(zero_copy_only=False)
        log[1:] |= plain[1:] != plain[:-1]
    first, last = (rows[name].to_numpy() for name in ("first_id", "last_id"))
    delta = rows["delta"].to_numpy()
    begin = rows["first_time"].fill_null(_NO_TIME).to_numpy()
    end = rows["last_time"].fill_null(_NO_TIME).to_numpy()
    starts_here = np.ones(rows.num_rows, bool)
    starts_here[1:] = (
        log[1:]
        | (first[1:] != last[:-1] + 1)
        | (delta[1:] != delta[:-1])
        | ((begin[1:] < end[:-1] - SLACK) & (begin[1:] != _NO_TIME))
    )
    starts = np.flatnonzero(starts_here)
    stops = np.append(starts[1:], rows.num_rows) - 1
    count = np.add.reduceat(rows["count"].to_numpy(), starts)
    heads, tails = rows.take(pa.array(starts)), rows.take(pa.array(stops))
    columns = [
        pa.array(count)
        if name == "count"
        else (tails if name.startswith("last_") else heads)[name].combine_chunks()
        for name in SCHEMA.names
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
