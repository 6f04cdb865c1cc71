"""Stretches of records without a hole: a log of a million whole records is one row.

A stretch ends where the next EventRecordID does not follow, where the relation between the record
header's number and the EventRecordID changes, or where time steps back by more than a second. Rows of
neighbouring batches are joined once all events are read.

A log of which a filter left every other record would be a row a record. Where a batch shows such a log, its
records are kept in *sparse* rows: the first, the last, and between them the steps from one record to the
next, two bytes each. Which records are there is known as exactly; when each was written is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.frames import LOG_FIELDS, NO_TIME, frame_of, integers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.integrity.gathering.groups import Logs
    from gamekeeper.model.events import EventBatch

#: Threads write their records a little out of order.
SLACK: Final = 10_000_000
#: A log is sparse where a batch has more stretches of it than this, and fewer records a stretch than that.
_MOST_STRETCHES: Final = 8
_DENSE: Final = 32
#: The widest step between two records of one sparse row.
_WIDEST: Final = 0xFFFF
#: Records of an EVTX file begin at multiples of this; lines of text do so by chance only.
_ALIGNMENT: Final = 8

#: ``delta``: header number minus EventRecordID of the first record, ``last_delta`` of the last one; null
#: where the source has no number of its own that means the record's. ``first_*`` and ``last_*`` are those
#: of the first and last record by EventRecordID. ``steps``: of a sparse row, little-endian, 16 bits each.
SCHEMA: Final = pa.schema(
    [
        *LOG_FIELDS,
        pa.field("first_id", pa.int64(), nullable=False),
        pa.field("last_id", pa.int64(), nullable=False),
        pa.field("first_time", pa.int64()),
        pa.field("last_time", pa.int64()),
        pa.field("first_offset", pa.int64(), nullable=False),
        pa.field("last_offset", pa.int64(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("delta", pa.int64()),
        pa.field("last_delta", pa.int64()),
        pa.field("steps", pa.binary()),
    ]
)


class Spans:
    """Gathers stretches."""

    name = "spans"
    schema = SCHEMA
    key = ("host", "channel", "source", "first_id", "first_offset")
    is_apart = False  # what a file holds says how its rows are joined

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a stretch of the batch, or a few where a log is sparse."""
        logs = frame_of(batch).logs
        records = _records(frame_of(batch))
        if not len(records.ids):
            return None
        plain, sparse = records.breaks()
        starts_here = np.where(_is_sparse(records.code, plain), sparse, plain)
        starts = np.flatnonzero(starts_here)
        stops = np.append(starts[1:], len(records.ids)) - 1
        unnumbered = ~records.numbered
        columns = [
            *logs.columns(records.code[starts]),
            pa.array(records.ids[starts]),
            pa.array(records.ids[stops]),
            _times(records.time[starts]),
            _times(records.time[stops]),
            pa.array(records.offset[starts]),
            pa.array(records.offset[stops]),
            pa.array(stops - starts + 1),
            pa.array(records.delta[starts], mask=unnumbered[starts]),
            pa.array(records.delta[stops], mask=unnumbered[stops]),
            _steps(records.ids, starts, stops),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)

    def whole(self, rows: pa.Table) -> pa.Table:
        """Join stretches that follow each other."""
        return joined(rows)


@dataclass(frozen=True, slots=True)
class _Records:
    """A batch's records by log and EventRecordID. A number that comes again at another time is in a layer
    of its own (the log began again); copies of one record are one. ``several``: the number comes again, so
    that a row ends where such numbers begin or end. ``numbered``: the header number means something.
    ``mixed``: the file holds other logs, too, so that its own numbers jump in each of them."""

    code: NDArray[np.int64]
    layer: NDArray[np.int64]
    several: NDArray[np.bool_]
    ids: NDArray[np.int64]
    offset: NDArray[np.int64]
    time: NDArray[np.int64]
    delta: NDArray[np.int64]
    numbered: NDArray[np.bool_]
    mixed: NDArray[np.bool_]

    def breaks(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return where plain and where sparse rows begin."""
        step, turn = np.diff(self.ids), np.diff(self.delta)
        other = (np.diff(self.code) != 0) | (np.diff(self.layer) != 0)
        other |= self.several[1:] != self.several[:-1]
        other |= (self.time[1:] < self.time[:-1] - SLACK) & (self.time[1:] != NO_TIME)
        free = ~self.numbered[1:] | (self.mixed[1:] & (step + turn > 0))
        keeps = free | (turn == 0)
        plain, sparse = np.ones((2, len(self.ids)), bool)
        plain[1:] = other | (step != 1) | ~keeps
        # An export numbers anew what its query lets through: its own numbers go on where a record lacks.
        sparse[1:] = other | (step > _WIDEST) | ~(keeps | (turn == 1 - step))
        return plain, sparse


def _records(frame: Frame) -> _Records:
    number, header = (frame.table.column(name) for name in ("EventRecordID", "event.record_id"))
    rows = np.flatnonzero((frame.logs.code >= 0) & number.is_valid().to_numpy(zero_copy_only=False))
    columns = (frame.logs.code, integers(number, 0), frame.offsets, frame.times)
    code, ids, offset, time = (column[rows] for column in columns)
    order, layer, several = _ordered(code, ids, time, offset)
    if order is not None:
        rows, ids, code, offset, time = (x[order] for x in (rows, ids, code, offset, time))
    known = header.is_valid().to_numpy(zero_copy_only=False)[rows]
    numbered, mixed = _by_source(frame.logs, code, offset)
    delta = np.where(known, integers(header, 0)[rows] - ids, 0)
    return _Records(code, layer, several, ids, offset, time, delta, numbered & known, mixed)


def _ordered(
    code: NDArray[np.int64],
    ids: NDArray[np.int64],
    time: NDArray[np.int64],
    offset: NDArray[np.int64],
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64], NDArray[np.bool_]]:
    """Return the order of records, None for that which they have, the layer of each, and whether its
    number comes again.

    Of copies of one record only the first is in the order.
    """
    once = np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
    if _is_ordered(code, ids):  # the common case: a native log, read as it was written
        return None, *once
    order = np.lexsort((offset, time, ids, code))
    code, ids, time = code[order], ids[order], time[order]
    again = np.zeros(len(ids), bool)
    again[1:] = (code[1:] == code[:-1]) & (ids[1:] == ids[:-1])
    if not again.any():
        return order, *once
    copy = again.copy()
    copy[1:] &= time[1:] == time[:-1]
    order, code, ids, again = order[~copy], code[~copy], ids[~copy], again[~copy]
    places = np.arange(len(order))
    layer = places - np.maximum.accumulate(np.where(again, 0, places))
    several = again.copy()
    several[:-1] |= again[1:]
    layered = np.lexsort((ids, layer, code))
    return order[layered], layer[layered], several[layered]


def _is_ordered(code: NDArray[np.int64], ids: NDArray[np.int64]) -> bool:
    steps = np.diff(code)
    return bool(((steps > 0) | ((steps == 0) & (np.diff(ids) > 0))).all())


def _by_source(
    logs: Logs, code: NDArray[np.int64], offset: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return, for each record, whether its file numbers records and whether it holds several logs."""
    _, place = np.unique(logs.source, return_inverse=True)
    source = place[code]
    total = np.bincount(source)
    aligned = np.bincount(source, offset % _ALIGNMENT == 0)
    seen = np.unique(code)
    several = np.bincount(place[seen], minlength=len(total)) > 1
    return (aligned * 2 > total)[source], several[source]


def _is_sparse(code: NDArray[np.int64], plain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    total, stretches = np.bincount(code), np.bincount(code, plain)
    return ((stretches > _MOST_STRETCHES) & (stretches * _DENSE > total))[code]


def _steps(ids: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> pa.Array:
    """Return the steps inside each row that is no plain stretch."""
    sparse = ids[stops] - ids[starts] != stops - starts
    sizes = np.where(sparse, stops - starts, 0) * 2
    keep = np.ones(len(ids), bool)
    keep[starts] = False
    keep &= np.repeat(sparse, stops - starts + 1)
    steps = np.diff(ids, prepend=ids[:1])[keep].astype("<u2")
    ends = np.append(0, np.cumsum(sizes)).astype(np.int32)
    valid = pa.array(sparse).buffers()[1] if len(sparse) else None
    data = [valid, pa.py_buffer(ends), pa.py_buffer(steps.tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(starts), data)


def _times(values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, mask=values == NO_TIME)


def joined(rows: pa.Table) -> pa.Table:
    """Return the stretches with neighbours joined; ``rows`` are in order of the key."""
    if not rows.num_rows:
        return rows
    log = _changes(rows, ("host", "channel", "source"))
    first, last = (rows[name].to_numpy() for name in ("first_id", "last_id"))
    delta, last_delta = (rows[n].fill_null(NO_TIME).to_numpy() for n in ("delta", "last_delta"))
    begin, end = (rows[n].fill_null(NO_TIME).to_numpy() for n in ("first_time", "last_time"))
    plain = rows["steps"].is_null().to_numpy()
    advances = (delta[1:] > NO_TIME) & (last_delta[:-1] > NO_TIME)
    advances &= delta[1:] >= last_delta[:-1]
    keeps = (delta[1:] == last_delta[:-1]) | (_mixed(rows, log)[1:] & advances)
    starts_here = np.ones(rows.num_rows, bool)
    starts_here[1:] = (
        log[1:]
        | _is_contested(log, last)[:-1]
        | ~(plain[1:] & plain[:-1])
        | (first[1:] != last[:-1] + 1)
        | ~keeps
        | ((begin[1:] < end[:-1] - SLACK) & (begin[1:] != NO_TIME))
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


def _is_contested(log: NDArray[np.bool_], last: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows end with numbers that the row before has, too: the next may go on either."""
    contested = np.zeros(len(last), bool)
    contested[1:] = ~log[1:] & (last[:-1] >= last[1:])
    return contested


def _changes(rows: pa.Table, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return whether each row is of another log than the one before it."""
    changes = np.zeros(rows.num_rows, bool)
    for name in names:
        codes = rows[name].combine_chunks()
        if pa.types.is_string(codes.type):
            codes = codes.dictionary_encode().indices
        plain = codes.to_numpy(zero_copy_only=False)
        changes[1:] |= plain[1:] != plain[:-1]
    return changes


def _mixed(rows: pa.Table, log: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return, for each row, whether its file holds several logs."""
    first_of_log = log.copy()
    first_of_log[:1] = True
    _, source = np.unique(rows["source"].to_numpy(), return_inverse=True)
    return (np.bincount(source, first_of_log) > 1)[source]
