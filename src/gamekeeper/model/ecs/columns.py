"""The ECS view of a batch, column by column: distinct values are read once, rows only carry codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.ecs.forms import FORMS, NOTHING, Value, said
from gamekeeper.model.ecs.mapping import (
    AnyOf,
    Choice,
    First,
    Fixed,
    Given,
    Joined,
    Known,
    Reading,
    Says,
    choices,
    names,
)
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

    Codes = NDArray[np.int64]

_NONE = -1  # the code of "says nothing"
_SILENT = frozenset((None, *NOTHING))


def ecs_columns(batch: EventBatch, wanted: Sequence[str]) -> pa.RecordBatch:
    """Return the given ECS names of a batch, one column each, one row an event.

    Text comes as ``dictionary<int32, utf8>`` with distinct values, numbers as int64; a name that the
    dataset does not have is a column of nulls. The batch needs the columns that
    :func:`~gamekeeper.model.ecs.mapping.ecs_fields` names.
    """
    known = choices(batch.dataset)
    reader = _Reader(batch.table)
    arrays = []
    for name in wanted:
        choice = known.get(name)
        column = _nothing(len(batch)) if choice is None else reader.chosen(choice)
        arrays.append(column.to_arrow(is_number=names()[name].is_number))
    return pa.RecordBatch.from_arrays(arrays, names=list(wanted))


class _Column:
    """Codes by row into a list of values; ``_NONE`` where an event says nothing."""

    __slots__ = ("codes", "values")

    def __init__(self, codes: Codes, values: Sequence[Value | None]) -> None:
        self.codes = codes
        self.values = values

    def mapped(self, change: Callable[[str], Value | None]) -> _Column:
        """Return a column of texts with each distinct value changed once."""
        texts = cast("Sequence[str | None]", self.values)
        return _Column(self.codes, [None if text is None else change(text) for text in texts])

    def formed(self, forms: tuple[str, ...]) -> _Column:
        """Return a column of texts with what says something in a form, the next form of that, and so on."""
        texts = cast("Sequence[str | None]", self.values)
        if not forms:
            return _Column(self.codes, [None if text in _SILENT else text for text in texts])
        first, *others = (FORMS[form].apply for form in forms)
        values = [None if t is None or t in NOTHING else first(t) for t in texts]
        for apply in others:
            values = [None if value is None else apply(str(value)) for value in values]
        return _Column(self.codes, values)

    def says(self) -> NDArray[np.bool_]:
        """Return by row whether there is a value."""
        table = np.array([*(v is not None for v in self.values), False], np.bool_)
        return np.asarray(table[self.codes])  # code -1 is the last entry

    def to_arrow(self, *, is_number: bool) -> pa.Array:
        if is_number:
            numbers = pa.array(self.values, pa.int64())
            return numbers.take(pa.array(self.codes, mask=self.codes == _NONE))
        distinct = pa.array(self.values, pa.utf8()).dictionary_encode()
        new = distinct.indices.fill_null(_NONE).to_numpy(zero_copy_only=False)
        codes = np.append(new, np.int32(_NONE))[self.codes]
        indices = pa.array(codes, mask=codes == _NONE)
        return pa.DictionaryArray.from_arrays(indices, distinct.dictionary)


def _nothing(rows: int) -> _Column:
    return _Column(np.full(rows, _NONE, np.int64), [])


def _where(pieces: Iterable[tuple[NDArray[np.bool_], _Column]], rows: int) -> _Column:
    """Return a column that takes its rows from several; masks do not overlap."""
    codes = np.full(rows, _NONE, np.int64)
    values: list[Value | None] = []
    for mask, column in pieces:
        taken = column.codes[mask]
        codes[mask] = np.where(taken == _NONE, _NONE, taken + len(values))
        values.extend(column.values)
    return _Column(codes, values)


class _Reader:
    """Evaluates readings on one batch; each is looked at once."""

    def __init__(self, table: pa.RecordBatch) -> None:
        self._table = table
        self._rows = table.num_rows
        self._read: dict[Reading, _Column] = {}
        self._columns: dict[str, _Column] = {}
        self._kinds: tuple[list[tuple[int, str]], Codes] | None = None

    def chosen(self, choice: Choice) -> _Column:
        """Return a name's column: each row by the case that its event id falls under."""
        if not choice.cases:
            return _nothing(self._rows) if choice.default is None else self._of(choice.default)
        kinds, kind_of_row = self._event_kinds()
        by_cell = {
            (event_id, case.provider): case.reading
            for case in choice.cases
            for event_id in case.ids
        }
        readings: dict[Reading | None, int] = {}
        picked = []
        for event_id, provider in kinds:
            cells = [cell for cell in ((event_id, provider), (event_id, "")) if cell in by_cell]
            reading = by_cell[cells[0]] if cells else choice.default
            picked.append(readings.setdefault(reading, len(readings)))
        which = np.array(picked, np.int64)[kind_of_row]
        if len(readings) == 1:
            (only,) = readings
            return _nothing(self._rows) if only is None else self._of(only)
        pieces = [(which == n, self._of(r)) for r, n in readings.items() if r is not None]
        return _where(pieces, self._rows)

    def _event_kinds(self) -> tuple[list[tuple[int, str]], Codes]:
        """Return the distinct (event id, folded provider) of the batch, and each row's among them."""
        if self._kinds is None:
            ids, providers = self._column("EventID"), self._column("Provider_Name")
            both = (ids.codes + 1) * (len(providers.values) + 1) + providers.codes + 1
            distinct, of_row = np.unique(both, return_inverse=True)
            kinds = []
            for pair in distinct.tolist():
                id_code, provider_code = divmod(pair, len(providers.values) + 1)
                event_id = ids.values[id_code - 1] if id_code else None
                provider = providers.values[provider_code - 1] if provider_code else None
                kinds.append((int(event_id or 0), fold(str(provider or ""))))
            self._kinds = kinds, of_row.astype(np.int64)
        return self._kinds

    def _column(self, field: str) -> _Column:
        """Return what a field says as it stands, numbers as text."""
        found = self._columns.get(field)
        if found is None:
            column = self._table.column(field)
            if not pa.types.is_dictionary(column.type):
                column = column.dictionary_encode()
            texts = column.dictionary.cast(pa.utf8()).to_pylist()
            found = self._columns[field] = _Column(_codes(column), texts)
        return found

    def _of(self, reading: Reading) -> _Column:
        found = self._read.get(reading)
        if found is None:
            found = self._read[reading] = self._evaluated(reading)
        return found

    def _evaluated(self, reading: Reading) -> _Column:
        match reading:
            case Says(field, forms):
                return self._column(field).formed(forms)
            case Known(field, words):
                table = dict(words)
                return self._column(field).mapped(lambda text: table.get(fold(text.strip(" "))))
            case Fixed(words):
                return _Column(np.zeros(self._rows, np.int64), [words])
            case First(readings):
                return self._first([self._of(one) for one in readings])
            case Joined(left, right, forms):
                return self._joined(self._of(left), self._of(right), forms)
            case Given(field, values, then, otherwise):
                holds = self._holds(field, values)
                pieces = [(holds, self._of(then))]
                if otherwise is not None:
                    pieces.append((~holds, self._of(otherwise)))
                return _where(pieces, self._rows)
            case AnyOf(field, forms):
                return self._any_of(field, forms)

    def _holds(self, field: str, values: tuple[str, ...]) -> NDArray[np.bool_]:
        def test(text: str) -> str | None:
            here = said(text)
            return here if here is None or not values or fold(here.strip(" ")) in values else None

        return self._column(field).mapped(test).says()

    def _first(self, columns: Sequence[_Column]) -> _Column:
        left = np.ones(self._rows, np.bool_)
        pieces = []
        for column in columns:
            taken = left & column.says()
            pieces.append((taken, column))
            left &= ~taken
        return _where(pieces, self._rows)

    def _joined(self, left: _Column, right: _Column, forms: tuple[str, ...]) -> _Column:
        both = (left.codes + 1) * (len(right.values) + 1) + right.codes + 1
        distinct, of_row = np.unique(both, return_inverse=True)
        texts: list[str | None] = []
        for pair in distinct.tolist():
            left_code, right_code = divmod(pair, len(right.values) + 1)
            first = left.values[left_code - 1] if left_code else None
            second = right.values[right_code - 1] if right_code else None
            joined = first if first is None or second is None else f"{first}\\{second}"
            texts.append(None if joined is None else str(joined))
        return _Column(of_row.astype(np.int64), texts).formed(forms)

    def _any_of(self, field: str, forms: tuple[str, ...]) -> _Column:
        """Look through the rest's pairs of that name; few kinds of event repeat a field."""
        own = self._column(field).formed(forms)
        rest = self._table.column("event.rest")
        pairs = rest.flatten()
        names, values = pairs.field("name"), pairs.field("value")
        wanted = [fold(name) == fold(field) for name in names.dictionary.to_pylist()]
        is_wanted = np.array([*wanted, False], np.bool_)
        here = np.flatnonzero(is_wanted[_codes(names)])
        # Other fields of the rest may be long, and are not asked.
        used, codes = np.unique(_codes(values)[here], return_inverse=True)
        texts = values.dictionary.take(pa.array(used, mask=used == _NONE)).to_pylist()
        read = _Column(codes, texts).formed(forms)
        says = read.says()
        row_of_pair = np.repeat(np.arange(self._rows), pc.list_value_length(rest).to_numpy())
        found = np.full(self._rows, _NONE, np.int64)
        # Backwards, so that the first of a row is written last.
        found[row_of_pair[here[says]][::-1]] = codes[says][::-1]
        return self._first([own, _Column(found, read.values)])


def _codes(column: pa.DictionaryArray) -> Codes:
    """Return the place of each row's value in the dictionary, ``_NONE`` for none."""
    codes = pc.fill_null(column.indices, _NONE).to_numpy(zero_copy_only=False)
    wide: Codes = codes.astype(np.int64)
    return wide
