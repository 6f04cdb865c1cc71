"""From the kernels' cells to Arrow: one batch a dataset, text converted once per distinct value."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from gamekeeper.model.events import (
    FILETIME_EPOCH,
    REST_FIELD,
    SYSTEM_TEXT_NAMES,
    TEXT,
    EventBatch,
)
from gamekeeper.sources.evtx import kernels as k
from gamekeeper.sources.evtx.tables import all_datasets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.sources.evtx.tables import Tables

_REALS: Final = {0x0B: (4, "<f", np.float32), 0x0C: (8, "<d", np.float64)}
_NO_VALUES: Final = pa.array([], pa.utf8())


class Dictionaries:
    """The distinct values of a batch, column by column, as Arrow strings."""

    def __init__(self, tables: Tables) -> None:
        _write_reals(tables)
        columns = int(tables.m[k.COLUMNS])
        start = np.zeros(columns + 1, np.int64)
        order = k.order_entries(*tables.at, start)
        offsets = np.zeros(len(order) + columns + 1, np.int32)
        out = tables.room_for_text(k.text_bound(*tables.at))
        begin = k.write_entries(*tables.at, order, start, offsets, out.ctypes.data)
        self._offsets = pa.py_buffer(offsets)
        text = _room(int(begin[-1]), np.uint8)
        text[:] = out[: len(text)]
        self._text = pa.py_buffer(text)
        self._mixed: list[bool] = (
            tables.fields("COL_AT", 8)[:columns, k.COL_MIXED].astype(bool).tolist()
        )
        self._start: list[int] = start.tolist()
        self._begin: list[int] = begin.tolist()

    def distinct(self, number: int, codes: NDArray[np.int32]) -> pa.Array:
        """Return a column's values, each text once; turns ``codes`` to match where texts repeat."""
        start, stop = self._start[number], self._start[number + 1]
        offsets = self._offsets.slice(4 * (start + number), 4 * (stop - start + 1))
        begin, end = self._begin[number], self._begin[number + 1]
        text = self._text.slice(begin, end - begin)
        values = pa.StringArray.from_buffers(stop - start, offsets, text)
        return _made_distinct(codes, values) if self._mixed[number] else values

    def is_used(self, number: int) -> bool:
        """Say whether any row has a value in the column."""
        return self._start[number] != self._start[number + 1]


def _room(size: int, kind: type[Any]) -> NDArray[Any]:
    """Return memory of Arrow's pool, which keeps its pages; fresh ones cost as much as decoding."""
    buffer = pa.allocate_buffer(size * np.dtype(kind).itemsize)
    return np.frombuffer(buffer, kind)


def _write_reals(tables: Tables) -> None:
    """Spell real numbers, which only Python does right, into the side arena."""
    count = int(tables.m[k.ENTRIES])
    entries = tables.fields("E_AT", 4)[:count]
    kinds = entries[:, k.E_KEY] & 0xFF
    for entry in (entries[i] for i in np.flatnonzero((kinds == 0x0B) | (kinds == 0x0C))):
        size, form, real = _REALS[int(entry[k.E_KEY]) & 0xFF]
        if entry[k.E_LEN] != size:
            continue
        off = int(entry[k.E_OFF])
        (value,) = struct.unpack(form, tables.buf[off : off + size].tobytes())
        at, length = _put_side(tables, repr(float(str(real(value)))))
        if length < 0:
            continue  # the arena is full: the bytes are shown in hexadecimal
        entry[k.E_KEY] |= k.T_SIDE
        entry[k.E_OFF], entry[k.E_LEN] = at, length


def _put_side(tables: Tables, text: str) -> tuple[int, int]:
    """Write text into the side arena; return its place and length, the latter -1 where it is full."""
    raw = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    at = int(tables.m[k.SIDE])
    if at + len(raw) + k.GUARD > len(tables.buf):
        return at, -1
    tables.buf[at : at + len(raw)] = raw
    tables.m[k.SIDE] = at + len(raw)
    return at, len(raw)


def _null_column(rows: int) -> pa.Array:
    zeros = pa.py_buffer(bytes(4 * rows))
    none = pa.py_buffer(bytes((rows + 7) // 8))
    return pa.DictionaryArray.from_buffers(TEXT, rows, [none, zeros], _NO_VALUES, rows)


def _made_distinct(codes: NDArray[np.int32], values: pa.Array) -> pa.Array:
    """Return the values without repeats, and turn the codes in place to match."""
    encoded = values.dictionary_encode()
    known = codes >= 0
    codes[known] = encoded.indices.to_numpy()[codes[known]]
    return encoded.dictionary


def _text_columns(codes: NDArray[np.int32], values: list[pa.Array]) -> list[pa.Array]:
    """Return the columns of ``codes`` [column, row], -1 where a row has no value; changes ``codes``."""
    rows = codes.shape[1]
    stride = (rows + 7) // 8
    bits = _room(len(codes) * stride, np.uint8).reshape(len(codes), stride)
    bits.fill(0)
    nulls = np.zeros(len(codes), np.int64)
    k.pack_validity(codes, bits, nulls)
    packed, flat = pa.py_buffer(bits), pa.py_buffer(codes)
    found = []
    for i, (missing, distinct) in enumerate(zip(nulls.tolist(), values, strict=True)):
        validity = packed.slice(i * stride, stride) if missing else None
        buffers = [validity, flat.slice(4 * rows * i, 4 * rows)]
        found.append(pa.DictionaryArray.from_buffers(TEXT, rows, buffers, distinct, missing))
    return found


class _Names:
    """Names by number, decoded once a process."""

    def __init__(self) -> None:
        self._known: list[str] = []

    def get(self, tables: Tables, numbers: NDArray[np.int64]) -> list[str]:
        m = tables.m
        for i in range(len(self._known), int(m[k.NAMES])):
            name = tables.fields("N_AT", 4)[i]
            at = k.N_ARENA + int(name[k.N_OFF])
            units = m[at : at + int(name[k.N_LEN])].astype(np.uint16)
            self._known.append(units.tobytes().decode("utf-16-le", "replace"))
        return [self._known[i] for i in numbers]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the chunks in the buffer come from."""

    source: NDArray[np.int32]  # by chunk
    offset: NDArray[np.int64]  # by chunk: its first byte in the file


class BatchMaker:
    """Turns filled tables into event batches; one for each :class:`Tables`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._names = _Names()
        self._datasets = all_datasets()
        self._widths = [len(SYSTEM_TEXT_NAMES) + len(d.declared) for d in self._datasets]

    def forget_names(self) -> None:
        """Forget the names of earlier files; goes with :func:`tables.start`."""
        self._names = _Names()

    def make(self, rows: int, frame: Frame) -> list[EventBatch]:
        """Return the batches of rows ``0:rows``, one a dataset, in the order of declaration.

        Rows without a dataset turned out to be no events and are left out.
        """
        tables = self._tables
        dataset_of = tables.rows[:rows, k.ROW_DS]
        dictionaries = Dictionaries(tables)
        batches = []
        for number, (taken, codes) in self._scattered(dataset_of, dictionaries).items():
            text = self._text(number, codes, dictionaries)
            rest = self._rest(dataset_of, number, taken, dictionaries)
            dataset = self._datasets[number]
            columns = [*self._meta(taken, frame), *text, rest]
            table = pa.RecordBatch.from_arrays(columns, schema=dataset.schema)
            batches.append(EventBatch(dataset.name, table))
        return batches

    def _used(self, number: int, dictionaries: Dictionaries) -> list[int]:
        """Return the global numbers of a dataset's text columns that hold any value."""
        base = int(self._tables.m[k.DS_BASE + number])
        return [i for i in range(base, base + self._widths[number]) if dictionaries.is_used(i)]

    def _scattered(
        self, dataset_of: NDArray[np.int64], dictionaries: Dictionaries
    ) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Return (rows, codes[used column, row]) by dataset number."""
        rows = {int(n): np.flatnonzero(dataset_of == n) for n in np.unique(dataset_of) if n >= 0}
        local = np.zeros(len(dataset_of), np.int64)
        column_at = np.zeros(int(self._tables.m[k.COLUMNS]), np.int64)
        extents: dict[int, tuple[int, int]] = {}
        total = 0
        for number, taken in rows.items():
            local[taken] = np.arange(len(taken))
            used = self._used(number, dictionaries)
            column_at[used] = total + np.arange(len(used)) * len(taken)
            extents[number] = (total, len(used))
            total += len(used) * len(taken)
        codes = _room(total, np.int32)
        codes.fill(-1)
        k.scatter(self._tables.at[1], local, column_at, codes)
        return {
            number: (taken, codes[at : at + width * len(taken)].reshape(width, len(taken)))
            for (number, taken), (at, width) in zip(rows.items(), extents.values(), strict=True)
        }

    def _text(
        self, number: int, codes: NDArray[np.int32], dictionaries: Dictionaries
    ) -> list[pa.Array]:
        """Return a dataset's text columns; those without any value are one and the same array."""
        used = self._used(number, dictionaries)
        values = [dictionaries.distinct(i, codes[at]) for at, i in enumerate(used)]
        base = int(self._tables.m[k.DS_BASE + number])
        found = [_null_column(codes.shape[1])] * self._widths[number]
        for i, array in zip(used, _text_columns(codes, values), strict=True):
            found[i - base] = array
        return found

    def _meta(self, taken: NDArray[np.int64], frame: Frame) -> list[pa.Array]:
        rows = self._tables.rows[taken].T.copy()
        chunk, time = rows[k.ROW_CHUNK], rows[k.ROW_TIME]
        event, record = rows[k.ROW_EVENT], rows[k.ROW_RECORD]
        stamp = pa.array((time - FILETIME_EPOCH) // 10, pa.int64(), mask=time < 0)
        return [
            pa.array(frame.source[chunk], pa.int32()),
            pa.array(frame.offset[chunk] + rows[k.ROW_OFF] - chunk * k.CHUNK, pa.int64()),
            pa.array(rows[k.ROW_ID], pa.int64()),
            pa.array(np.zeros(len(taken), np.int8)),  # live
            pa.array(time, pa.int64(), mask=time < 0),
            stamp.cast(pa.timestamp("us", tz="UTC")),
            pa.array(np.zeros(len(taken), bool)),
            pa.array(event.astype(np.int32), pa.int32(), mask=event < 0),
            pa.array(record, pa.int64(), mask=record < 0),
        ]

    def _rest(
        self,
        dataset_of: NDArray[np.int64],
        number: int,
        taken: NDArray[np.int64],
        dictionaries: Dictionaries,
    ) -> pa.Array:
        tables = self._tables
        fields = int(tables.m[k.RESTS])
        rests = tables.fields("R_AT", 4)[:fields]
        rows = rests[:, k.R_ROW]
        own = np.flatnonzero(dataset_of[rows] == number)
        own = own[np.argsort(rows[own], kind="stable")]
        counts = np.bincount(rows[own], minlength=len(dataset_of))[taken]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        numbers, names = np.unique(rests[own, k.R_NAME], return_inverse=True)
        spelled = pa.array(self._names.get(tables, numbers), pa.utf8())
        column = int(tables.m[k.DS_BASE + number + 1]) - 1
        codes = rests[own, k.R_CODE].astype(np.int32).reshape(1, -1)
        (values,) = _text_columns(codes, [dictionaries.distinct(column, codes[0])])
        named = pa.DictionaryArray.from_arrays(pa.array(names.astype(np.int32)), spelled)
        kind = REST_FIELD.type
        pairs = pa.StructArray.from_arrays([named, values], fields=list(kind.value_type))
        return pa.ListArray.from_arrays(pa.array(offsets), pairs, type=kind)
