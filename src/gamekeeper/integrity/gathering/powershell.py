"""What PowerShell logged in each hour: engines that started, consoles, script blocks by level.

Starts come in the classic log (400, with the engine's version) and in the operational ones (40961, 53504);
4104 at level 5 is written only where logging of all script blocks is on, at level 3 for suspicious ones
whatever the policy. PowerShell 7 has a channel of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.groups import logs_of
from gamekeeper.integrity.gathering.hours import HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

#: ``kind``: "engine" (``detail``: its version), "console", "block" (all are logged), "warning" (some are).
#: ``filetime``, ``record`` and ``offset`` are those of the first event.
SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("hour", pa.int64(), nullable=False),
        pa.field("kind", pa.utf8(), nullable=False),
        pa.field("detail", pa.utf8(), nullable=False),
        pa.field("filetime", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("record", pa.int64()),
        pa.field("events", pa.int64(), nullable=False),
    ]
)
_VERSION: Final = re.compile(r"EngineVersion=(\d+(?:\.\d+)?)")
_VERBOSE: Final = frozenset({"5", "verbose"})
_CONSOLES: Final = (40961, 53504)
_KINDS: Final = ("engine", "console", "block", "warning")


class PowerShell:
    """Gathers what PowerShell logged."""

    name = "powershell"
    schema = SCHEMA
    key = ("host", "channel", "kind", "hour", "detail", "filetime", "source", "offset")

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log, hour, kind and version of the batch."""
        if batch.dataset == "windows.powershell_classic":
            kind, detail = _engines(batch)
        elif batch.dataset == "windows.powershell":
            kind, detail = _operational(batch)
        else:
            return None
        logs = logs_of(batch)
        times = batch.table.column("event.filetime")
        rows = np.flatnonzero(
            (kind >= 0) & (logs.code >= 0) & times.is_valid().to_numpy(zero_copy_only=False)
        )
        if not len(rows):
            return None
        time = times.fill_null(0).to_numpy()[rows]
        hour = time // HOUR * HOUR
        versions, version = np.unique(detail[rows], return_inverse=True)
        offset = batch.table.column("event.offset").to_numpy()[rows]
        parts = (logs.code[rows], kind[rows], version, hour)
        order = np.lexsort((offset, time, *reversed(parts)))
        changed = np.ones(len(rows), bool)
        changed[1:] = np.any([part[order][1:] != part[order][:-1] for part in parts], axis=0)
        starts = np.flatnonzero(changed)
        first = order[starts]
        log = logs.code[rows][first]
        return pa.RecordBatch.from_arrays(
            [
                logs.hosts(log),
                logs.channels(log),
                pa.array(logs.source[log]),
                pa.array(hour[first]),
                pa.array([_KINDS[at] for at in kind[rows][first]], pa.utf8()),
                pa.array([str(versions[at]) for at in version[first]], pa.utf8()),
                pa.array(time[first]),
                pa.array(offset[first]),
                batch.table.column("EventRecordID").take(pa.array(rows[first])),
                pa.array(np.diff(np.append(starts, len(rows)))),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself: what batches say of one hour need not be joined."""
        return rows


def _engines(batch: EventBatch) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    """Return each row's kind and version; row by row over the starts of engines alone."""
    kind = np.full(len(batch), -1)
    detail = np.full(len(batch), "", dtype="<U8")
    number = batch.table.column("EventID").fill_null(-1).to_numpy()
    rows = np.flatnonzero(number == 400)
    taken = batch.table.take(pa.array(rows))
    texts = taken.column("Data").to_pylist()
    rests = taken.column("event.rest").to_pylist()
    for row, text, rest in zip(rows.tolist(), texts, rests, strict=True):
        values = (text, *(pair["value"] for pair in rest))
        match = next((m for value in values if value and (m := _VERSION.search(value))), None)
        if match is not None:
            kind[row], detail[row] = _KINDS.index("engine"), match[1]
    return kind, detail


def _operational(batch: EventBatch) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    number = batch.table.column("EventID").fill_null(-1).to_numpy()
    level = batch.table.column("Level")
    verbose = [
        at for at, text in enumerate(level.dictionary.to_pylist()) if text.lower() in _VERBOSE
    ]
    codes = level.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    kind = np.full(len(batch), -1)
    kind[np.isin(number, _CONSOLES)] = _KINDS.index("console")
    is_verbose = np.isin(codes, verbose)
    kind[(number == 4104) & is_verbose] = _KINDS.index("block")
    kind[(number == 4104) & ~is_verbose] = _KINDS.index("warning")
    return kind, np.full(len(batch), "", dtype="<U8")
