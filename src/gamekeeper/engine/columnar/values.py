"""A batch as distinct values: every text once per field, folded, and which rows hold it.

Values are numbered through the batch, column after column, then the pairs of ``event.rest`` that matter.
Only fields that some predicate names are looked at, or all of them where there are keywords.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.engine.columnar.kernels import Layout, Rows, Texts, codes_with_gaps, matrix
from gamekeeper.engine.columnar.regex_literals import ODD_LETTERS
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold
from gamekeeper.rules.truth import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

#: Fields that are typed in a batch: rules see them as text, keywords do not see them.
TYPED = {"eventid": "EventID", "eventrecordid": "EventRecordID", "@timestamp": "event.filetime"}

#: A table of (field, value) pairs may take this many entries before sorting is cheaper.
_TABLE_LIMIT = 1 << 22


#: The number of every field that only keywords see.
OTHER: Final = 0


@dataclass(slots=True)
class Asked:
    """What the predicates of a dataset name: field name -> number, and whether there are keywords.

    ``_spelled`` remembers numbers by the rules' own spellings.
    """

    fields: dict[str, int] = field(default_factory=dict)  # folded names; numbers from 1
    has_keywords: bool = False
    _spelled: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.fields) + 1

    def add(self, name: str) -> int:
        """Return the number of a field that a predicate names; no name is a keyword's."""
        number = self._spelled.get(name)
        if number is None:
            number = self.fields.setdefault(fold(name), len(self.fields) + 1) if name else OTHER
            self._spelled[name] = number
            self.has_keywords |= not name
        return number

    def number(self, folded: str) -> int:
        """Return a field's number, or -1 for one that nobody looks at."""
        number = self.fields.get(folded, -1)
        is_seen = self.has_keywords and number < 0 and folded not in TYPED
        return OTHER if is_seen else number


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field, the number of its first value, and a value's position for each row."""

    name: str
    field: int
    base: int
    size: int
    codes: NDArray[np.int32]


@dataclass(slots=True)
class Values:
    """The distinct values of a batch, as :mod:`kernels` takes them."""

    row_count: int
    columns: list[Column] = field(default_factory=list)
    fields: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    text: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ends: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    odd: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    extra_start: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    extra_value: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    extra_field: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    extra_name: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    extra_names: list[str] = field(default_factory=list)
    _by_field: dict[int, Column] = field(default_factory=dict)
    _extra_fields: frozenset[int] | None = None
    #: Texts as they were written, by the number of their first value.
    bases: list[int] = field(default_factory=list)
    sources: list[pa.Array] = field(default_factory=list)

    def string(self, value: int) -> str:
        """Return a value as it was written."""
        source = bisect_right(self.bases, value) - 1
        text: str = self.sources[source][value - self.bases[source]].as_py()
        return text

    def strings(self, column: Column, codes: NDArray[np.integer] | None = None) -> list[str]:
        """Return all values of a column, or those at some positions, as they were written."""
        texts = self.sources[bisect_right(self.bases, column.base) - 1]
        chosen = texts if codes is None else texts.take(pa.array(codes))
        written: list[str] = chosen.to_pylist()
        return written

    def held(self, row: int) -> Iterator[tuple[str, int, int]]:
        """Yield the name, field and value of everything that a row holds and somebody looks at."""
        for column in self.columns:
            if column.codes[row] >= 0:
                yield column.name, column.field, column.base + int(column.codes[row])
        for extra in self.extras_of(row):
            name = self.extra_names[self.extra_name[extra]]
            yield name, int(self.extra_field[extra]), int(self.extra_value[extra])

    def column(self, number: int) -> Column | None:
        """Return the column of a field that a predicate names, if the dataset has one."""
        if not self._by_field:
            self._by_field = {column.field: column for column in self.columns}
        return self._by_field.get(number)

    def has_extras(self, number: int) -> bool:
        """Say whether any row has the field among its extra pairs."""
        if self._extra_fields is None:
            self._extra_fields = frozenset(np.unique(self.extra_field).tolist())
        return number in self._extra_fields

    def rows(self, columns: list[Column]) -> Rows:
        """Return the given columns and all extra pairs, as kernels take them."""
        return Rows(
            matrix([(c.codes, c.base, c.size) for c in columns], self.row_count),
            np.array([c.field for c in columns], np.int32),
            self.extra_start,
            self.extra_value,
            self.extra_field,
        )

    def texts(self) -> Texts:
        """Return the folded texts, as kernels take them."""
        return Texts(self.text, self.starts, self.ends, self.fields, self.odd)

    def loose_rows(self) -> NDArray[np.uint8]:
        """Mark rows that have fields beside their columns which more than keywords look at."""
        loose = np.zeros(self.row_count, np.uint8)
        if len(self.extra_field):
            sizes = np.diff(self.extra_start)
            rows = np.repeat(np.arange(self.row_count), sizes)
            first, last = self.extra_start[0], self.extra_start[-1]
            loose[rows[self.extra_field[first:last] != OTHER]] = 1
        return loose

    def extras_of(self, row: int) -> range:
        """Return the positions of a row's extra pairs."""
        return range(int(self.extra_start[row]), int(self.extra_start[row + 1]))


class _Reader:
    """Collects columns, then lays their values out."""

    def __init__(
        self, batch: EventBatch, asked: Asked, rows: NDArray[np.int32] | None, *, is_part: bool
    ) -> None:
        self._table = batch.table
        # A part of a batch keeps the whole one's dictionaries.
        self._is_part = is_part or rows is not None
        self._asked = asked
        self._rows = None if rows is None else pa.array(rows)
        self.values = Values(len(batch) if rows is None else len(rows))
        self._names = (*SYSTEM_TEXT_NAMES, *datasets()[batch.dataset].declared)
        self._fields: list[tuple[int, int]] = []  # (field, number of values) in order
        self._count = 0

    def read(self) -> Values:
        for name in self._names:
            number = self._asked.number(fold(name))
            if number >= 0:
                column = self._table.column(name)
                # Most columns of a dataset are empty in any one batch.
                if len(column.dictionary):
                    array = self._chosen(column)
                    self._add(name, number, codes_of(array.indices), array.dictionary)
        for folded, name in TYPED.items():
            number = self._asked.number(folded)
            if number >= 0:
                self._add_typed(name, number, self._chosen(self._table.column(name)))
        self._add_rest(self._chosen(self._table.column("event.rest")))
        self._lay_out()
        return self.values

    def _chosen(self, array: pa.Array) -> pa.Array:
        return array if self._rows is None else array.take(self._rows)

    def _add(self, name: str, number: int, codes: NDArray[np.int32], dictionary: pa.Array) -> None:
        if not len(dictionary):
            return
        if dictionary.null_count:
            gaps = dictionary.is_null().to_numpy(zero_copy_only=False)
            codes = np.where((codes >= 0) & ~gaps[codes], codes, np.int32(-1))
            dictionary = pc.fill_null(dictionary, "")
        if self._is_part or len(dictionary) > len(codes):
            codes, dictionary = _compact(codes, dictionary)
        self.values.columns.append(Column(name, number, self._count, len(dictionary), codes))
        self._append(number, dictionary)

    def _append(self, number: int, texts: pa.Array) -> None:
        self.values.bases.append(self._count)
        self.values.sources.append(texts)
        self._fields.append((number, len(texts)))
        self._count += len(texts)

    def _add_typed(self, name: str, number: int, array: pa.Array) -> None:
        distinct = array.dictionary_encode()
        is_time = name == TYPED["@timestamp"]
        shown = [(time_text if is_time else str)(n) for n in distinct.dictionary.to_pylist()]
        name = "@timestamp" if is_time else name
        self._add(name, number, codes_of(distinct.indices), pa.array(shown, pa.utf8()))

    def _add_rest(self, rest: pa.ListArray) -> None:
        offsets = rest.offsets.to_numpy()
        # A slice has its own offsets into the pairs of all rows.
        pairs = rest.values.slice(offsets[0], offsets[-1] - offsets[0])
        names, texts = pairs.field("name"), pairs.field("value")
        known = names.dictionary.to_pylist()
        numbers = np.array([self._asked.number(fold(name)) for name in known] or [-1], np.int32)
        name_codes, text_codes = codes_of(names.indices), codes_of(texts.indices)
        fields = np.where((name_codes >= 0) & (text_codes >= 0), numbers[name_codes], np.int32(-1))
        kept = np.flatnonzero(fields >= 0)
        values = self.values
        # A list without its matter is as short as no list: row starts count kept pairs only.
        values.extra_start = np.searchsorted(kept, offsets - offsets[0]).astype(np.int64)
        if not len(kept):
            return
        values.extra_field = fields[kept]
        values.extra_name = name_codes[kept]
        values.extra_names = known
        self._number_pairs(texts.dictionary, text_codes[kept])

    def _number_pairs(self, dictionary: pa.Array, text_codes: NDArray[np.int32]) -> None:
        """Give each distinct (field, text) pair of the rest a value, those of a field side by side."""
        width = len(dictionary)
        keys = self.values.extra_field.astype(np.int64) * width + text_codes
        distinct, inverse = distinct_of(keys, self._asked.count * width)
        self.values.extra_value = (inverse + self._count).astype(np.int32)
        numbers, sizes = np.unique(distinct // width, return_counts=True)
        texts = dictionary.take(pa.array(distinct % width))
        start = 0
        for number, size in zip(numbers.tolist(), sizes.tolist(), strict=True):
            self._append(number, texts.slice(start, size))
            start += size

    def _lay_out(self) -> None:
        values = self.values
        numbers = np.array([number for number, _ in self._fields], np.int32)
        values.fields = np.repeat(numbers, [size for _, size in self._fields])
        sources = [_buffers(texts) for texts in values.sources]
        layout = Layout(sum(int(offsets[-1] - offsets[0]) for offsets, _ in sources), self._count)
        for offsets, data in sources:
            layout.add(offsets, data)
        values.text, values.starts, values.ends = layout.text, layout.starts, layout.ends
        values.odd = np.zeros(self._count, np.uint8)
        self._fold(np.flatnonzero(layout.has_other))

    def _fold(self, others: NDArray[np.intp]) -> None:
        """Fold values with letters beyond ASCII; they move to the end, as their length may change."""
        values = self.values
        tail, at = [], len(values.text)
        for value in others.tolist():
            start, end = values.starts[value], values.ends[value]
            # Folding ASCII letters first does not change what the others fold to.
            text = values.text[start:end].tobytes().decode()
            values.odd[value] = not ODD_LETTERS.isdisjoint(text)
            folded = fold(text).encode()
            values.starts[value], values.ends[value] = at, at + len(folded)
            tail.append(folded)
            at += len(folded)
        if tail:
            values.text = np.concatenate([values.text, np.frombuffer(b"".join(tail), np.uint8)])


def read_values(
    batch: EventBatch,
    asked: Asked,
    rows: NDArray[np.int32] | None = None,
    *,
    is_part: bool = False,
) -> Values:
    """Return the distinct values of a batch, or of some of its rows in the order given.

    ``is_part`` says that the batch is a slice, whose dictionaries hold much that it does not use.
    """
    return _Reader(batch, asked, rows, is_part=is_part).read()


def codes_of(indices: pa.Array) -> NDArray[np.int32]:
    """Return positions in a dictionary with -1 for null."""
    assert indices.type.bit_width == 32  # as the schema of a batch has it
    bitmap, data = indices.buffers()
    count, first = len(indices), indices.offset
    codes = np.frombuffer(data, np.int32, count, first * 4) if count else np.zeros(0, np.int32)
    if not indices.null_count:
        return codes
    return codes_with_gaps(codes, np.frombuffer(bitmap, np.uint8), first)


def _compact(codes: NDArray[np.int32], dictionary: pa.Array) -> tuple[NDArray[np.int32], pa.Array]:
    """Return the same column with the dictionary of what it uses."""
    used, inverse = distinct_of(codes[codes >= 0], len(dictionary))
    if len(used) and len(used) * 2 > used[-1] - used[0]:
        # Values mostly come in the order of rows: a stretch of the dictionary, which need not be copied.
        first = int(used[0])
        kept = dictionary.slice(first, int(used[-1]) + 1 - first)
        return np.where(codes >= 0, codes - np.int32(first), np.int32(-1)), kept
    compact = np.full(len(codes), -1, np.int32)
    compact[codes >= 0] = inverse
    return compact, dictionary.take(pa.array(used))


def distinct_of(
    keys: NDArray[np.integer], limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the sorted distinct keys (all below ``limit``) and each key's position among them."""
    if limit > _TABLE_LIMIT:
        distinct, inverse = np.unique(keys, return_inverse=True)
        return distinct.astype(np.int64), inverse
    table = np.zeros(limit, np.int32)
    table[keys] = 1
    distinct = np.flatnonzero(table)
    table[distinct] = np.arange(len(distinct))
    return distinct, table[keys].astype(np.int64)


def _buffers(texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return where each text starts and ends in the bytes that follow."""
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offset_buffer, np.int32, len(texts) + 1, texts.offset * 4)
    return offsets, np.frombuffer(data_buffer or b"", np.uint8)
