"""What begins in the logs under an id of its own: processes by ProcessGuid or pid, sessions by logon id.

One row a log, kind and hour, with the ids as eight bytes each: a million processes are eight megabytes. A
ProcessGuid is kept as a hash. Pids and logon ids come again, so that theirs are kept with the time, which
:func:`packed` puts behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.integrity.gathering.frames import LOG_FIELDS, NO_TIME, first_of_each, frame_of
from gamekeeper.integrity.gathering.hours import HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

#: ``kind`` is a place in KINDS; ``ids``: little-endian, 64 bits each, in order.
SCHEMA: Final = pa.schema(
    [
        *LOG_FIELDS,
        pa.field("kind", pa.int8(), nullable=False),
        pa.field("hour", pa.int64(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),
        pa.field("last", pa.int64(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("ids", pa.binary(), nullable=False),
    ]
)
KINDS: Final = ("process by guid", "process by pid", "session")
#: Dataset, event id and field of each kind.
_WHERE: Final = (
    ("windows.sysmon", 1, "ProcessGuid"),
    ("windows.security", 4688, "NewProcessId"),
    ("windows.security", 4624, "TargetLogonId"),
)
NO_ID: Final = -1
#: 2000-01-01T00:00:00Z; seconds from then fill the lower bits until 2068.
_EPOCH: Final = 125_911_584_000_000_000
_SECOND: Final = 10_000_000
_SECONDS: Final = 31
_GUID: Final = 38
#: Ids of Windows itself (SYSTEM, LOCAL SERVICE, anonymous ...), and pids of the kernel.
_RESERVED: Final = (8, 1000)


class Starts:
    """Gathers starts."""

    name = "starts"
    schema = SCHEMA
    key = ("host", "channel", "source", "kind", "hour", "first", "count", "ids")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log, kind and hour of the batch."""
        parts = [rows for kind in range(len(KINDS)) if (rows := _of_kind(batch, kind)) is not None]
        return pa.Table.from_batches(parts).combine_chunks().to_batches()[0] if parts else None

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself: what batches say of one hour need not be joined."""
        return rows


def started(frame: Frame, kind: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows in which something of a kind starts, and its ids."""
    dataset, code, field = _WHERE[kind]
    if frame.batch.dataset != dataset:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows = frame.numbered({code})
    rows = rows[frame.times[rows] != NO_TIME]
    ids = ids_of(frame, field, rows, kind)
    return rows[ids != NO_ID], ids[ids != NO_ID]


def ids_of(frame: Frame, field: str, rows: NDArray[np.int64], kind: int) -> NDArray[np.int64]:
    """Return the ids in a field of some rows, :data:`NO_ID` where there is none of its form."""
    if field not in frame.table.schema.names or not len(rows):
        return np.full(len(rows), NO_ID, np.int64)
    texts = frame.table.column(field).take(pa.array(rows)).dictionary_decode().fill_null("")
    return _hashed(texts) if kind == 0 else _numbers(texts, _RESERVED[kind - 1])


def packed(ids: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ids with the second of a time behind them, in order of both."""
    seconds = np.clip((times - _EPOCH) // _SECOND, 0, (1 << _SECONDS) - 1)
    return (ids & 0xFFFF_FFFF) << _SECONDS | seconds


def _of_kind(batch: EventBatch, kind: int) -> pa.RecordBatch | None:
    frame = frame_of(batch)
    rows, ids = started(frame, kind)
    if not len(rows):
        return None
    log, time = frame.logs.code[rows], frame.times[rows]
    if kind:
        ids = packed(ids, time)
    hour = time // HOUR * HOUR
    order = np.lexsort((ids, hour, log))
    starts = np.flatnonzero(first_of_each([log[order], hour[order]]))
    counts = np.diff(np.append(starts, len(rows)))
    ends = np.append(0, np.cumsum(counts * 8)).astype(np.int32)
    data = pa.py_buffer(ids[order].astype("<i8").tobytes())
    return pa.RecordBatch.from_arrays(
        [
            *frame.logs.columns(log[order][starts]),
            pa.array(np.full(len(starts), kind, np.int8)),
            pa.array(hour[order][starts]),
            pa.array(np.minimum.reduceat(time[order], starts)),
            pa.array(np.maximum.reduceat(time[order], starts)),
            pa.array(counts),
            pa.Array.from_buffers(pa.binary(), len(starts), [None, pa.py_buffer(ends), data]),
        ],
        schema=SCHEMA,
    )


def _bytes(texts: pa.Array, width: int) -> NDArray[np.uint8]:
    """Return texts of one width as rows of bytes in small letters."""
    whole = b"".join(texts.cast(pa.binary()).to_pylist())
    return np.frombuffer(whole, np.uint8).reshape(-1, width) | np.uint8(0x20)


def _hashed(texts: pa.Array) -> NDArray[np.int64]:
    """Return a hash of each ProcessGuid; one of zeros is nobody's."""
    is_guid = pc.and_(
        pc.equal(pc.binary_length(texts), _GUID),
        pc.invert(pc.starts_with(texts, "{00000000-")),
    ).to_numpy(zero_copy_only=False)
    found = np.full(len(texts), NO_ID, np.int64)
    if is_guid.any():
        plain = _bytes(texts.filter(pa.array(is_guid)), _GUID)
        words = np.zeros((len(plain), 40), np.uint8)
        words[:, :_GUID] = plain
        mixed = np.zeros(len(plain), np.uint64)
        for word in words.view(np.uint64).T:
            mixed = (mixed ^ word) * np.uint64(0x9E37_79B9_7F4A_7C15)
            mixed ^= mixed >> np.uint64(29)
        found[is_guid] = (mixed >> np.uint64(1)).astype(np.int64)
    return found


def _numbers(texts: pa.Array, reserved: int) -> NDArray[np.int64]:
    """Return hexadecimal numbers ("0x1a2c") that are not reserved."""
    is_number = pc.match_substring_regex(texts, "^0[xX][0-9a-fA-F]{1,15}$").to_numpy(
        zero_copy_only=False
    )
    found = np.full(len(texts), NO_ID, np.int64)
    if is_number.any():
        digits = pc.utf8_slice_codeunits(texts.filter(pa.array(is_number)), 2)
        letters = _bytes(pc.utf8_lpad(digits, 16, "0"), 16).astype(np.int64)
        values = np.where(letters >= ord("a"), letters - ord("a") + 10, letters - ord("0"))
        found[is_number] = values @ (16 ** np.arange(15, -1, -1, dtype=np.int64))
    return np.where(found < reserved, NO_ID, found)
