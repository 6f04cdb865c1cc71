"""From the kernels' cells to Arrow: one batch a dataset, text converted once per distinct value."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
        out = np.empty(k.text_bound(*tables.at), np.uint8)
        begin = k.write_entries(*tables.at, order, start, offsets, out)
        self._offsets = pa.py_buffer(offsets)
        self._text = pa.py_buffer(out[: begin[-1]].copy())
        self._mixed = tables.fields("COL_AT", 8)[:columns, k.COL_MIXED].astype(bool).tolist()
        self._start, self._begin = start.tolist(), begin.tolist()

    def column(self, number: int) -> pa.Array:
        """Return a column's distinct values; texts may repeat where :meth:`is_mixed`."""
        start, stop = self._start[number], self._start[number + 1]
        offsets = self._offsets.slice(4 * (start + number), 4 * (stop - start + 1))
        begin, end = self._begin[number], self._begin[number + 1]
        text = self._text.slice(begin, end - begin)
        return pa.StringArray.from_buffers(stop - start, offsets, text)

    def is_used(self, number: int) -> bool:
        """Say whether any row has a value in the column."""
        return self._start[number] != self._start[number + 1]

    def is_mixed(self, number: int) -> bool:
        """Say whether values of several types, or with replaced characters, may share a text."""
        return self._mixed[number]


def _write_reals(tables: Tables) -> None:
    """Spell real numbers, which only Python does right, into the side arena."""
    count = int(tables.m[k.ENTRIES])
    entries = tables.fields("E_AT", 8)[:count]
    kinds = entries[:, k.E_TYPE]
    for entry in (entries[i] for i in np.flatnonzero((kinds == 0x0B) | (kinds == 0x0C))):
        size, form, real = _REALS[int(entry[k.E_TYPE])]
        if entry[k.E_LEN] != size:
            continue
        off = int(entry[k.E_OFF])
        (value,) = struct.unpack(form, tables.buf[off : off + size].tobytes())
        at, length = _put_side(tables, repr(float(str(real(value)))))
        if length < 0:
            continue  # the arena is full: the bytes are shown in hexadecimal
        entry[k.E_OFF], entry[k.E_LEN], entry[k.E_TYPE] = at, length, k.T_SIDE


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


class _TextColumns:
    """The text columns of one dataset: ``codes`` is [column, row], -1 where a row has no value."""

    def __init__(self, codes: NDArray[np.int32], base: int, dictionaries: Dictionaries) -> None:
        self._rows = codes.shape[1]
        self._used = [i for i in range(len(codes)) if dictionaries.is_used(base + i)]
        self._values = {i: dictionaries.column(base + i) for i in self._used}
        for i in self._used:
            if dictionaries.is_mixed(base + i):
                self._values[i] = _made_distinct(codes[i], self._values[i])
        bits = np.zeros((len(codes), (self._rows + 7) // 8), np.uint8)
        self._nulls = np.zeros(len(codes), np.int64)
        k.pack_validity(codes, bits, self._nulls)
        self._bits, self._codes = pa.py_buffer(bits), pa.py_buffer(codes)
        self._width = len(codes)

    def arrays(self) -> list[pa.Array]:
        """Return the columns in order; those without any value are one and the same array."""
        found = [_null_column(self._rows)] * self._width
        rows, stride = self._rows, (self._rows + 7) // 8
        nulls = self._nulls.tolist()
        for i in self._used:
            validity = self._bits.slice(i * stride, stride) if nulls[i] else None
            codes = self._codes.slice(4 * rows * i, 4 * rows)
            found[i] = pa.DictionaryArray.from_buffers(
                TEXT, rows, [validity, codes], self._values[i], nulls[i]
            )
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

    def make(self, rows: int, frame: Frame) -> list[EventBatch]:
        """Return the batches of rows ``0:rows``, one a dataset, in the order of declaration.

        Rows without a dataset turned out to be no events and are left out.
        """
        tables = self._tables
        dataset_of = tables.rows[:rows, k.ROW_DS]
        dictionaries = Dictionaries(tables)
        cells = self._scattered(dataset_of)
        batches = []
        for number, (taken, codes) in cells.items():
            base = int(tables.m[k.DS_BASE + number])
            text = _TextColumns(codes, base, dictionaries).arrays()
            rest = self._rest(dataset_of, number, taken, dictionaries)
            columns = [*self._meta(taken, frame), *text, rest]
            dataset = self._datasets[number]
            table = pa.RecordBatch.from_arrays(columns, schema=dataset.schema)
            batches.append(EventBatch(dataset.name, table))
        return batches

    def _scattered(
        self, dataset_of: NDArray[np.int64]
    ) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Return (rows, codes[column, row]) by dataset number."""
        rows = {int(n): np.flatnonzero(dataset_of == n) for n in np.unique(dataset_of) if n >= 0}
        local = np.zeros(len(dataset_of), np.int64)
        at = np.zeros(k.STRIDE, np.int64)
        counts = np.zeros(k.STRIDE, np.int64)
        total = 0
        for number, taken in rows.items():
            local[taken] = np.arange(len(taken))
            at[number], counts[number] = total, len(taken)
            total += self._widths[number] * len(taken)
        codes = np.full(total, -1, np.int32)
        k.scatter(*self._tables.at, local, at, counts, codes)
        return {
            number: (
                taken,
                codes[at[number] : at[number] + self._widths[number] * len(taken)].reshape(
                    self._widths[number], len(taken)
                ),
            )
            for number, taken in rows.items()
        }

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
        values = _TextColumns(codes, column, dictionaries).arrays()[0]
        named = pa.DictionaryArray.from_arrays(pa.array(names.astype(np.int32)), spelled)
        kind = REST_FIELD.type
        pairs = pa.StructArray.from_arrays([named, values], fields=list(kind.value_type))
        return pa.ListArray.from_arrays(pa.array(offsets), pairs, type=kind)
