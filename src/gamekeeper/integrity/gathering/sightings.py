"""Which other hosts a host's log names as alive, by hour.

A machine account (``WS01$``) that logs on or asks for a ticket, and the workstation that a logon or a check
of credentials names, were awake at that time, whatever their own logs say. Addresses are left alone: they
change hands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.frames import NO_TIME, first_of_each, frame_of
from gamekeeper.integrity.gathering.groups import NONE, coded
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

#: ``host``: who was seen; ``by``: in whose log. ``offset`` and ``record`` are those of the first event.
SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("by", pa.utf8(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("hour", pa.int64(), nullable=False),
        pa.field("first", pa.int64(), nullable=False),
        pa.field("last", pa.int64(), nullable=False),
        pa.field("code", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("record", pa.int64()),
        pa.field("events", pa.int64(), nullable=False),
    ]
)
_CODES: Final = (4624, 4768, 4769, 4776)


class Sightings:
    """Gathers sightings."""

    name = "sightings"
    schema = SCHEMA
    key = ("host", "hour", "by", "first", "source", "offset")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log, host seen and hour of the batch."""
        if batch.dataset != "windows.security":
            return None
        frame = frame_of(batch)
        rows = frame.numbered(_CODES)
        rows = rows[frame.times[rows] != NO_TIME]
        if not len(rows):
            return None
        seen, known = _seen(frame, rows)
        rows, seen = rows[seen != NONE], seen[seen != NONE]
        if not len(rows):
            return None
        time, offset = frame.times[rows], frame.offsets[rows]
        parts = (frame.logs.code[rows], seen, time // HOUR * HOUR)
        order = np.lexsort((offset, time, *reversed(parts)))
        starts = np.flatnonzero(first_of_each([part[order] for part in parts]))
        counts = np.diff(np.append(starts, len(rows)))
        first, last = order[starts], order[starts + counts - 1]
        log, at = parts[0][first], pa.array(rows[first])
        return pa.RecordBatch.from_arrays(
            [
                pa.array(known, pa.utf8()).take(pa.array(seen[first])),
                frame.logs.hosts(log),
                pa.array(frame.logs.source[log]),
                *map(pa.array, (parts[2][first], time[first], time[last])),
                batch.table.column("EventID").take(at),
                pa.array(offset[first]),
                batch.table.column("EventRecordID").take(at),
                pa.array(counts),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself: what batches say of one hour need not be joined."""
        return rows


def _seen(frame: Frame, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the place of the host that each row names among all that are named; none where it is its own."""
    known: dict[str, int] = {}
    seen = coded(frame.table.column("TargetUserName"), _machine, known)[1][rows]
    for column in ("WorkstationName", "Workstation"):
        other = coded(frame.table.column(column), _workstation, known)[1][rows]
        seen = np.where(seen == NONE, other, seen)
    logs = frame.logs
    own = np.array([known.get(host, NONE) for host in logs.host])
    return np.where(seen == own[logs.code[rows]], NONE, seen), list(known)


def _machine(account: str) -> str:
    name = account.partition("@")[0]
    return short_host(name[:-1]) if name.endswith("$") and len(name) > 1 else ""


def _workstation(name: str) -> str:
    plain = name.strip().lstrip("\\")
    return short_host(plain) if plain not in ("", "-") else ""
