"""Rows to columns: events that have the same names are one table of texts, turned on its side at once.

Logs repeat few kinds of event, so that nearly all work is done once a kind and column, in compiled code,
not once a value. What each row costs is one look at its names. Rows that have all different names cost more.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.datasets import Dataset

REST = "event.rest"


class _Group:
    """The rows that have the same names: where they stand, and their values in the order of the names."""

    __slots__ = ("rows", "values")

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.values: list[tuple[str, ...]] = []


class _Texts:
    """Texts of one column, and the places that they have there."""

    __slots__ = ("places", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.places: list[NDArray[np.int64]] = []

    def add(self, places: NDArray[np.int64], texts: Sequence[str]) -> None:
        self.texts.extend(texts)
        self.places.append(places)

    def to_arrow(self, size: int) -> pa.DictionaryArray:
        """Return the column; places that nothing was put in are null."""
        found = text_array(self.texts).dictionary_encode()
        places = np.concatenate(self.places) if self.places else np.zeros(0, np.int64)
        codes = np.zeros(size, np.int32)
        absent = np.ones(size, np.bool_)
        codes[places] = found.indices.to_numpy()
        absent[places] = False
        indices = pa.array(codes, mask=absent if len(places) < size else None)
        return pa.DictionaryArray.from_arrays(indices, found.dictionary)


def text_array(texts: list[str]) -> pa.Array:
    """Return texts as a column; surrogates without a partner, which none can hold, become question marks."""
    try:
        return pa.array(texts, pa.utf8())
    except UnicodeEncodeError:
        return pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.utf8())


class RowGroups:
    """The text of a dataset's rows that wait to become columns."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._groups: dict[tuple[tuple[str, ...], tuple[str, ...]], _Group] = {}
        self.count = 0

    def add(self, system: dict[str, str], data: Sequence[tuple[str, str]]) -> None:
        """Take one row: columns of the envelope by name, then its fields as the source spells them."""
        names: tuple[str, ...]
        values: tuple[str, ...]
        names, values = zip(*data, strict=True) if data else ((), ())
        key = (tuple(system), names)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group()
        group.rows.append(self.count)
        group.values.append((*system.values(), *values))
        self.count += 1

    def take(self) -> dict[str, pa.Array]:
        """Return what the rows hold as columns by name, those that hold nothing left out; forget the rows."""
        columns: dict[str, _Texts] = defaultdict(_Texts)
        rest = _Rest(self.count)
        for (system, names), group in self._groups.items():
            rows = np.array(group.rows, np.int64)
            own = [*system, *map(self._column, names)]
            left = []
            taken: set[str] = set()
            for column, name, texts in zip(
                own, (*system, *names), zip(*group.values, strict=True), strict=True
            ):
                if column is None or column in taken:
                    left.append((name, texts))
                else:
                    taken.add(column)
                    columns[column].add(rows, texts)
            rest.add(rows, left)
        arrays = {name: texts.to_arrow(self.count) for name, texts in columns.items()}
        arrays[REST] = rest.to_arrow(self._dataset.schema.field(REST).type)
        self._groups = {}
        self.count = 0
        return arrays

    def _column(self, name: str) -> str | None:
        """Return the column that a name, as spelled, belongs to; None for the rest."""
        return self._dataset.columns.get(fold(name))


class _Rest:
    """The (name, value) pairs that have no column, in each row's own order."""

    def __init__(self, count: int) -> None:
        self._sizes = np.zeros(count, np.int64)
        self._groups: list[tuple[NDArray[np.int64], list[tuple[str, tuple[str, ...]]]]] = []

    def add(self, rows: NDArray[np.int64], pairs: list[tuple[str, tuple[str, ...]]]) -> None:
        """Take the pairs of some rows: name by name, each with a value for every row."""
        self._sizes[rows] = len(pairs)
        self._groups.append((rows, pairs))

    def to_arrow(self, list_type: pa.ListType) -> pa.ListArray:
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(self._sizes)])
        names, values = _Texts(), _Texts()
        for rows, pairs in self._groups:
            for position, (name, texts) in enumerate(pairs):
                places = offsets[rows] + position
                names.add(places, [name] * len(rows))
                values.add(places, texts)
        total = int(offsets[-1])
        struct = pa.StructArray.from_arrays(
            [names.to_arrow(total), values.to_arrow(total)], fields=list(list_type.value_type)
        )
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct, type=list_type)
