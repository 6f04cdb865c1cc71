"""Which other hosts a host's log names as alive, by hour.

A machine account (``WS01$``) that logs on or asks for a ticket, and the workstation that a logon or a check
of credentials names, were awake at that time, whatever their own logs say. Addresses are left alone: they
change hands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.groups import logs_of
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.groups import Logs
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
_NOBODY: Final = -1


class Sightings:
    """Gathers sightings."""

    name = "sightings"
    schema = SCHEMA
    key = ("host", "hour", "by", "first", "source", "offset")

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log, host seen and hour of the batch."""
        if batch.dataset != "windows.security":
            return None
        table = batch.table
        number = table.column("EventID").fill_null(-1).to_numpy()
        asked = np.isin(number, _CODES)
        asked &= table.column("event.filetime").is_valid().to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(asked)
        if not len(rows):
            return None
        logs = logs_of(batch)
        seen, known = _seen(batch, logs, rows)
        kept = (seen != _NOBODY) & (logs.code[rows] >= 0)
        if not kept.any():
            return None
        rows, seen = rows[kept], seen[kept]
        time = table.column("event.filetime").fill_null(0).to_numpy()[rows]
        offset = table.column("event.offset").to_numpy()[rows]
        parts = (logs.code[rows], seen, time // HOUR * HOUR)
        order = np.lexsort((offset, time, *reversed(parts)))
        changed = np.ones(len(rows), bool)
        changed[1:] = np.any([part[order][1:] != part[order][:-1] for part in parts], axis=0)
        starts = np.flatnonzero(changed)
        counts = np.diff(np.append(starts, len(rows)))
        first, last = order[starts], order[starts + counts - 1]
        log = parts[0][first]
        return pa.RecordBatch.from_arrays(
            [
                pa.array(known, pa.utf8()).take(pa.array(seen[first])),
                logs.hosts(log),
                pa.array(logs.source[log]),
                pa.array(parts[2][first]),
                pa.array(time[first]),
                pa.array(time[last]),
                pa.array(number[rows[first]].astype(np.int32)),
                pa.array(offset[first]),
                table.column("EventRecordID").take(pa.array(rows[first])),
                pa.array(counts),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself: what batches say of one hour need not be joined."""
        return rows


def _seen(
    batch: EventBatch, logs: Logs, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the place of the host that each row names among all that are named; none where it is its own."""
    known: dict[str, int] = {}
    seen = _named(batch.table.column("TargetUserName"), _machine, known)[rows]
    for column in ("WorkstationName", "Workstation"):
        other = _named(batch.table.column(column), _workstation, known)[rows]
        seen = np.where(seen == _NOBODY, other, seen)
    own = np.array([known.get(host, _NOBODY) for host in [*logs.host, ""]])
    return np.where(seen == own[logs.code[rows]], _NOBODY, seen), list(known)


def _named(
    column: pa.DictionaryArray, host: Callable[[str], str], known: dict[str, int]
) -> NDArray[np.int64]:
    """Return each row's host as a place in ``known``: distinct values first, rows second."""
    names = [host(text) for text in column.dictionary.to_pylist()]
    places = [known.setdefault(name, len(known)) if name else _NOBODY for name in names]
    lookup = np.array([*places, _NOBODY], np.int64)
    taken: NDArray[np.int64] = lookup[
        column.indices.fill_null(len(places)).to_numpy(zero_copy_only=False)
    ]
    return taken


def _machine(account: str) -> str:
    name = account.partition("@")[0]
    return short_host(name[:-1]) if name.endswith("$") and len(name) > 1 else ""


def _workstation(name: str) -> str:
    plain = name.strip().lstrip("\\")
    return short_host(plain) if plain not in ("", "-") else ""
