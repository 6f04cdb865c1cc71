"""The kernels' tables: allocated once a process, filled with what the datasets declare."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.sources.evtx import kernels as k

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.model.datasets import Dataset

#: Chunks that one batch is decoded from: 16 MiB. Small batches spend their time on Arrow's arrays.
CHUNKS: Final = 256
#: Bytes of text that the slow path may add to one batch.
SIDE_BYTES: Final = 4 << 20

_SYSTEM_SLOTS: Final = {
    ("Provider", "Name"): 0,
    ("Provider", "Guid"): 1,
    ("Provider", "EventSourceName"): 2,
    ("EventID", "Qualifiers"): 3,
    ("Version", ""): 4,
    ("Level", ""): 5,
    ("Task", ""): 6,
    ("Opcode", ""): 7,
    ("Keywords", ""): 8,
    ("Correlation", "ActivityID"): 9,
    ("Correlation", "RelatedActivityID"): 10,
    ("Execution", "ProcessID"): 11,
    ("Execution", "ThreadID"): 12,
    ("Channel", ""): k.SLOT_CHANNEL,
    ("Computer", ""): 14,
    ("Security", "UserID"): 15,
    ("EventID", ""): k.SLOT_EVENT_ID,
    ("EventRecordID", ""): k.SLOT_RECORD_ID,
    ("TimeCreated", "SystemTime"): k.SLOT_TIME,
}
assert len(SYSTEM_TEXT_NAMES) == k.SLOT_EVENT_ID


def all_datasets() -> list[Dataset]:
    """Return the datasets in the kernel's numbering; the last one takes what no other wants."""
    return list(datasets().values())


@dataclass(frozen=True, slots=True)
class Tables:
    """``buf``: chunks, guard, then the side arena. ``m``: every table of the kernels."""

    buf: NDArray[np.uint8]
    m: NDArray[np.int64]
    chunks: int
    text: list[NDArray[np.uint8]] = field(default_factory=list)

    def room_for_text(self, size: int) -> NDArray[np.uint8]:
        """Return scratch space of at least ``size`` bytes, the same one while it is large enough."""
        if not self.text or len(self.text[0]) < size:
            self.text[:] = [np.empty(size + size // 4, np.uint8)]
        return self.text[0]

    def table(self, name: str) -> NDArray[np.int64]:
        """Return one plain table of ``m`` by its name in the kernels' layout."""
        start = getattr(k, name)
        return self.m[start : start + k.SIZES[name]]

    def fields(self, name: str, width: int) -> NDArray[np.int64]:
        """Return a table of records as an array [record, field]."""
        return self.table(name).reshape(-1, width)

    @property
    def at(self) -> tuple[int, int]:
        """The addresses of ``buf`` and ``m``: what the kernels take."""
        return self.buf.ctypes.data, self.m.ctypes.data

    @property
    def rows(self) -> NDArray[np.int64]:
        """The table of rows: [row, ROW_...]."""
        return self.fields("ROW_AT", 8)

    @property
    def side_start(self) -> int:
        """Where the side arena begins in ``buf``."""
        return self.chunks * k.CHUNK + k.GUARD


def make_tables(chunks: int = CHUNKS) -> Tables:
    """Allocate the tables for batches of ``chunks`` chunks and enter every declared name."""
    size = chunks * k.CHUNK + k.GUARD + SIDE_BYTES + k.GUARD
    tables = Tables(np.zeros(size, np.uint8), _aligned(k.M_SIZE), chunks)
    start(tables)
    return tables


def start(tables: Tables) -> None:
    """Forget everything, also the names of earlier files; enter what the datasets declare."""
    for name in ("N_SLOTS", "D_KEY"):
        tables.table(name).fill(0)
    tables.m[[k.NAMES, k.ARENA]] = 0
    tables.table("SEED")[:] = np.frombuffer(os.urandom(16), np.int64)
    _declare(tables, all_datasets())
    _enter_system_slots(tables)
    reset(tables)


def _aligned(size: int) -> NDArray[np.int64]:
    """Return zeros that begin on a cache line."""
    room = np.zeros(size + 8, np.int64)
    skip = -room.ctypes.data % 64 // 8
    return room[skip : skip + size]


def reset(tables: Tables) -> None:
    """Forget the batch: values, cells and the slow path's text. Names stay."""
    tables.table("SLOTS").fill(0)
    columns = tables.fields("COL_AT", 8)
    columns[:, [k.COL_COUNT, k.COL_MIXED]] = 0
    columns[:, [k.COL_LAST, k.COL_ROW, k.COL_TYPE]] = -1
    tables.m[[k.CELLS, k.RESTS, k.ENTRIES]] = 0
    tables.m[k.SIDE] = tables.side_start


def _write_scratch(tables: Tables, text: str) -> int:
    units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    tables.m[k.SCRATCH : k.SCRATCH + len(units)] = units
    return len(units)


def _enter_system_slots(tables: Tables) -> None:
    attributes, elements = tables.table("SYS_ATTR"), tables.table("SYS_ELEM")
    attributes.fill(-1)
    elements.fill(-1)
    number = {name: i for i, name in enumerate(k.KNOWN_NAMES)}
    for (element, attribute), slot in _SYSTEM_SLOTS.items():
        if attribute:
            attributes[number[element] * k.N_KNOWN + number[attribute]] = slot
        else:
            elements[number[element]] = slot


def _declare(tables: Tables, found: list[Dataset]) -> None:
    channels = tables.table("CH_KEY"), tables.table("CH_DS")
    base = at = 0
    tables.m[k.DATASETS] = len(found)
    for number, dataset in enumerate(found):
        tables.m[k.DS_BASE + number] = base
        first = base + len(SYSTEM_TEXT_NAMES)
        for i, name in enumerate(dataset.declared):
            k.declare(tables.at[1], number, _write_scratch(tables, name), first + i)
        for channel in dataset.channels:
            length = _write_scratch(tables, channel)
            channels[0][at] = np.uint64(k.fold_hash(tables.at[1], k.SCRATCH, length)).view(np.int64)
            channels[1][at] = number
            at += 1
        base = first + len(dataset.declared) + 1
    tables.m[k.DS_BASE + len(found)] = tables.m[k.COLUMNS] = base
    tables.m[k.CHANNELS] = at
    assert base <= k.MAX_COLUMNS
    assert at <= k.MAX_CHANNELS
    assert len(found) < k.STRIDE
    for name in k.KNOWN_NAMES:
        k.intern_name(*tables.at, _write_scratch(tables, name))
