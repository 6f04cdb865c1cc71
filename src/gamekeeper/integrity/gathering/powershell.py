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

from gamekeeper.integrity.gathering.frames import LOG_FIELDS, NO_TIME, first_of_each, frame_of
from gamekeeper.integrity.gathering.groups import coded
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

    #: Rows, their kinds and their details.
    Told = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]]

#: ``kind``: "engine" (``detail``: its version), "console", "block" (all are logged), "warning" (some are).
#: ``filetime``, ``record`` and ``offset`` are those of the first event.
SCHEMA: Final = pa.schema(
    [
        *LOG_FIELDS,
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
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log, hour, kind and version of the batch."""
        told = _DATASETS.get(batch.dataset)
        if told is None:
            return None
        frame = frame_of(batch)
        rows, kind, detail = told(frame)
        kept = frame.times[rows] != NO_TIME
        if not kept.any():
            return None
        rows, kind = rows[kept], kind[kept]
        versions, version = np.unique(detail[kept], return_inverse=True)
        time, offset, logs = frame.times[rows], frame.offsets[rows], frame.logs
        parts = (logs.code[rows], kind, version, time // HOUR * HOUR)
        order = np.lexsort((offset, time, *reversed(parts)))
        starts = np.flatnonzero(first_of_each([part[order] for part in parts]))
        first = order[starts]
        return pa.RecordBatch.from_arrays(
            [
                *logs.columns(parts[0][first]),
                pa.array(parts[3][first]),
                pa.array([_KINDS[at] for at in kind[first].tolist()], pa.utf8()),
                pa.array([str(versions[at]) for at in version[first].tolist()], pa.utf8()),
                pa.array(time[first]),
                pa.array(offset[first]),
                frame.integers("EventRecordID", rows[first]),
                pa.array(np.diff(np.append(starts, len(rows)))),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself: what batches say of one hour need not be joined."""
        return rows


def _engines(frame: Frame) -> Told:
    """Tell of starts of engines by their version; row by row over these alone."""
    rows = frame.numbered({400})
    taken = frame.table.select(["Data", "event.rest"]).take(pa.array(rows))
    texts = taken.column("Data").to_pylist()
    rests = taken.column("event.rest").to_pylist()
    versions = []
    for text, rest in zip(texts, rests, strict=True):
        values = (text, *(pair["value"] for pair in rest))
        match = next((m for value in values if value and (m := _VERSION.search(value))), None)
        versions.append("" if match is None else match[1])
    detail = np.array(versions, dtype="<U8")
    has_version = detail != ""
    rows = rows[has_version]
    return rows, np.full(len(rows), _KINDS.index("engine")), detail[has_version]


def _operational(frame: Frame) -> Told:
    """Tell of consoles and script blocks."""
    blocks, consoles = frame.numbered({4104}), frame.numbered(_CONSOLES)
    levels, level = coded(frame.table.column("Level"), fold)
    verbose = [at for at, text in enumerate(levels) if text in _VERBOSE]
    is_verbose = np.isin(level[blocks], verbose)
    kinds = np.where(is_verbose, _KINDS.index("block"), _KINDS.index("warning"))
    rows = np.concatenate([blocks, consoles])
    kind = np.concatenate([kinds, np.full(len(consoles), _KINDS.index("console"))])
    return rows, kind, np.full(len(rows), "", dtype="<U8")


_DATASETS: Final[dict[str, Callable[[Frame], Told]]] = {
    "windows.powershell_classic": _engines,
    "windows.powershell": _operational,
}
