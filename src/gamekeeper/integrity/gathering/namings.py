"""Who names what must have begun before: a process its parent, a logoff and an opened share their session.

What began in the same batch is counted only; one row each for what did not. ``started`` says by group of
namers how many did, so that a check knows what is usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.frames import NO_TIME, RECORD_FIELDS, first_of_each, frame_of
from gamekeeper.integrity.gathering.groups import coded
from gamekeeper.integrity.gathering.starts import NO_ID, ids_of, started
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

#: ``kind``: of what is named, as in ``starts``. ``group``: the parent's program, or the namer's event id.
#: ``id``: as in the events, the hash of a ProcessGuid; NO_ID in rows that say by ``started`` how many others
#: of the group began in the same batch.
SCHEMA: Final = pa.schema(
    [
        *RECORD_FIELDS,
        pa.field("kind", pa.int8(), nullable=False),
        pa.field("group", pa.utf8(), nullable=False),
        pa.field("id", pa.int64(), nullable=False),
        pa.field("started", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class _Namer:
    kind: int
    dataset: str
    code: int
    field: str
    group: str  # column whose last part of a path groups; "" for the event id


_NAMERS: Final = (
    _Namer(0, "windows.sysmon", 1, "ParentProcessGuid", "ParentImage"),
    _Namer(1, "windows.security", 4688, "ProcessId", "ParentProcessName"),
    _Namer(2, "windows.security", 4634, "TargetLogonId", ""),
    _Namer(2, "windows.security", 4647, "TargetLogonId", ""),
    _Namer(2, "windows.security", 5140, "SubjectLogonId", ""),
    _Namer(2, "windows.security", 5145, "SubjectLogonId", ""),
)


class Namings:
    """Gathers namings."""

    name = "namings"
    schema = SCHEMA
    key = ("host", "kind", "filetime", "channel", "source", "offset", "group", "id", "started")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a thing that is named without its start, and one a log and group."""
        parts = [
            rows
            for namer in _NAMERS
            if namer.dataset == batch.dataset and (rows := _named(batch, namer)) is not None
        ]
        return pa.Table.from_batches(parts).combine_chunks().to_batches()[0] if parts else None

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows


def _named(batch: EventBatch, namer: _Namer) -> pa.RecordBatch | None:
    frame = frame_of(batch)
    rows = frame.numbered({namer.code})
    rows = rows[frame.times[rows] != NO_TIME]
    ids = ids_of(frame, namer.field, rows, namer.kind)
    rows, ids = rows[ids != NO_ID], ids[ids != NO_ID]
    if not len(rows):
        return None
    groups, group = [str(namer.code)], np.zeros(len(rows), np.int64)
    if namer.group:
        names, places = coded(frame.table.column(namer.group), _program)
        groups, group = [*names, ""], places[rows] % (len(names) + 1)
    log = frame.logs.code[rows]
    order = np.lexsort((frame.offsets[rows], frame.times[rows], ids, group, log))
    order = order[first_of_each([part[order] for part in (log, group, ids)])]
    rows, ids, group, log = rows[order], ids[order], group[order], log[order]
    begun, known = started(frame, namer.kind)
    width = len(frame.logs.host)
    # An id means something in its own log only.
    is_started = np.isin(_in_log(ids, log, width), _in_log(known, frame.logs.code[begun], width))
    heads = first_of_each([log, group])
    counts = np.add.reduceat(is_started.astype(np.int64), np.flatnonzero(heads))
    summed = np.flatnonzero(heads)[counts > 0]
    lacking = np.flatnonzero(~is_started)
    at = np.append(lacking, summed)
    return pa.RecordBatch.from_arrays(
        [
            *frame.records(rows[at]),
            pa.array(np.full(len(at), namer.kind, np.int8)),
            pa.array(groups, pa.utf8()).take(pa.array(group[at])),
            pa.array(np.append(ids[lacking], np.full(len(summed), NO_ID))),
            pa.array(np.append(np.zeros(len(lacking), np.int64), counts[counts > 0])),
        ],
        schema=SCHEMA,
    )


def _in_log(ids: np.ndarray, log: np.ndarray, width: int) -> np.ndarray:
    return ids.astype(np.uint64) * np.uint64(width) + log.astype(np.uint64)


def _program(path: str) -> str:
    return fold(path).rpartition("\\")[2]
