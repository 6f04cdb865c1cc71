"""The fields of a batch of events by name, wherever they stand: in a column or among the rest.

Everything is codes into dictionaries, so that what is done with a value is done once for each distinct
one. Nothing here loops over rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.model.events import META_FIELDS, REST_FIELD, SYSTEM_TYPED
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Codes = "NDArray[np.int64]"

LARGE: Final = pa.large_utf8()
_NO_TEXT: Final = frozenset(field.name for field in (*META_FIELDS, *SYSTEM_TYPED, REST_FIELD))


def encoded(column: pa.Array) -> pa.DictionaryArray:
    """Return a column dictionary-encoded, whether or not it came so."""
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def codes_of(column: pa.DictionaryArray) -> NDArray[np.int64]:
    """Return each row's position in the dictionary, -1 for nulls."""
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    wide: NDArray[np.int64] = codes.astype(np.int64, copy=False)
    return wide


@dataclass(frozen=True, slots=True)
class Coded:
    """Values of rows as positions in ``values``; -1 where a row has none."""

    codes: NDArray[np.int64]
    values: pa.Array

    def said(self, rows: NDArray[np.int64], form: Callable[[str], str | None]) -> pa.Array:
        """Return what ``form`` makes of the value of each row, called once for each value in use."""
        used, places = np.unique(self.codes[rows], return_inverse=True)
        texts: list[str | None] = [None] * int((used < 0).sum())
        known = self.values.take(pa.array(used[used >= 0])).to_pylist()
        texts += [None if value is None else form(value) for value in known]
        return pa.array(texts, LARGE).take(pa.array(places))


@dataclass(frozen=True, slots=True)
class _Rest:
    """The entries of ``event.rest`` of all rows, one after the other."""

    rows: NDArray[np.int64]
    names: Coded
    values: Coded


class RecordFields:
    """The text fields of the rows of one batch. Typed columns are not among them."""

    def __init__(self, table: pa.RecordBatch) -> None:
        self.rows = int(table.num_rows)
        self._table = table
        self._columns = {
            fold(field.name): at
            for at, field in enumerate(table.schema)
            if field.name not in _NO_TEXT and _is_text(field.type)
        }
        self._rest: _Rest | None = None
        self._folded_rest: list[str] = []
        self._read: dict[tuple[str, int], Coded] = {}

    def field(self, name: str, place: int = 1) -> Coded:
        """Return the values of a field, or the ``place``-th of several of one name."""
        key = (fold(name), place)
        if key not in self._read:
            self._read[key] = self._find(*key)
        return self._read[key]

    def _find(self, name: str, place: int) -> Coded:
        at = self._columns.get(name)
        if at is not None and place == 1:
            column = encoded(self._table.column(at))
            return Coded(codes_of(column), column.dictionary)
        return self._among_rest(name, place - 1 if at is not None else place)

    def _among_rest(self, name: str, place: int) -> Coded:
        rest = self.rest()
        wanted = [code for code, known in enumerate(self._folded_rest) if known == name]
        codes = np.full(self.rows, -1, np.int64)
        if wanted:
            entries = np.flatnonzero(np.isin(rest.names.codes, wanted))
            rows = rest.rows[entries]
            nth = np.arange(len(rows)) - np.searchsorted(rows, rows)
            chosen = nth == place - 1
            codes[rows[chosen]] = rest.values.codes[entries[chosen]]
        return Coded(codes, rest.values.values)

    def rest(self) -> _Rest:
        """Return what stands in no column."""
        if self._rest is None:
            self._rest = self._unfold()
            self._folded_rest = [fold(name or "") for name in self._rest.names.values.to_pylist()]
        return self._rest

    def _unfold(self) -> _Rest:
        if REST_FIELD.name not in self._table.schema.names:
            nothing = Coded(np.empty(0, np.int64), pa.array([], pa.utf8()))
            return _Rest(np.empty(0, np.int64), nothing, nothing)
        lists = self._table.column(REST_FIELD.name)
        starts = lists.offsets.to_numpy()
        entries = lists.values.slice(int(starts[0]), int(starts[-1] - starts[0]))
        names, values = (encoded(column) for column in entries.flatten())
        return _Rest(
            np.repeat(np.arange(self.rows), np.diff(starts)),
            Coded(codes_of(names), names.dictionary),
            Coded(codes_of(values), values.dictionary),
        )

    def columns(self) -> list[tuple[str, Coded]]:
        """Return every text column of the batch in order, under its own spelling."""
        return [
            (self._table.schema.field(at).name, self.field(name))
            for name, at in self._columns.items()
        ]

    def numbers(self) -> list[tuple[str, pa.Array]]:
        """Return every column of whole numbers."""
        return [
            (field.name, self._table.column(at))
            for at, field in enumerate(self._table.schema)
            if pa.types.is_integer(field.type)
        ]


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
