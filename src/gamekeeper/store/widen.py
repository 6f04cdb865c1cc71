"""Files of an earlier version, whose dataset declared fewer columns: what those hold stands in the rest.

Nothing is lost when a dataset learns a column: readers find its values in ``event.rest`` and put them where
they belong. Merging (``compact``) writes such files anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import TEXT
from gamekeeper.model.folding import fold
from gamekeeper.store.schemas import stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

REST: Final = "event.rest"


def read_group(
    file: pq.ParquetFile, group: int, dataset: str, names: Sequence[str] | None = None
) -> pa.Table:
    """Return columns (all without ``names``) of one row group of events, as the dataset has them now.

    Columns that the file lacks come out of the rest; what is not there either is left out.
    """
    here = file.schema_arrow.names
    wanted = stored(dataset).names if names is None else list(names)
    missing = [name for name in wanted if name not in here and name in datasets()[dataset].declared]
    if not missing and (REST not in wanted or len(here) == len(stored(dataset).names)):
        return file.read_row_group(group, columns=wanted, use_threads=False)
    columns = [name for name in {*wanted, REST} if name in here]
    table = file.read_row_group(group, columns=columns, use_threads=False)
    lacking = [name for name in datasets()[dataset].declared if name not in here]
    wide = widened(table.unify_dictionaries().combine_chunks(), lacking)
    return wide.select([name for name in wanted if name in wide.schema.names])


def in_schema(table: pa.Table, dataset: str, names: Sequence[str] | None = None) -> pa.Table:
    """Return rows with all columns of a dataset (or those of ``names``), empty where they say nothing."""
    wanted = stored(dataset).names if names is None else list(names)
    fields = [stored(dataset).field(name) for name in wanted]
    columns = [
        table.column(field.name)
        if field.name in table.schema.names
        else pa.nulls(table.num_rows, field.type)
        for field in fields
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def widened(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return rows with columns of these names, taken out of their rest: the first value of each name.

    ``table`` holds one chunk a column, ``event.rest`` among them.
    """
    rest = table.column(REST).combine_chunks()
    pairs = rest.flatten()
    row = np.repeat(np.arange(len(rest)), pc.list_value_length(rest).to_numpy())
    wanted = {fold(name): number for number, name in enumerate(names)}
    codes = [wanted.get(fold(name or ""), -1) for name in _texts(pairs.field("name"))]
    code = np.array([*codes, -1], np.int64)[_codes(pairs.field("name"))]
    taken = np.zeros(len(pairs), bool)
    for number, name in enumerate(names):
        here = np.flatnonzero(code == number)
        here = here[np.unique(row[here], return_index=True)[1]]
        taken[here] = True
        table = table.append_column(pa.field(name, TEXT), _column(pairs, here, row, len(rest)))
    place = table.schema.get_field_index(REST)
    return table.set_column(place, table.schema.field(REST), _left(rest, pairs, row, taken))


def _column(
    pairs: pa.StructArray, here: NDArray[np.int64], row: NDArray[np.int64], rows: int
) -> pa.Array:
    values = pairs.field("value")
    indices = np.zeros(rows, np.int32)
    absent = np.ones(rows, bool)
    indices[row[here]] = _codes(values)[here]
    absent[row[here]] = False
    codes = pa.array(indices, pa.int32(), mask=absent)
    return pa.DictionaryArray.from_arrays(codes, values.dictionary)


def _left(
    rest: pa.ListArray,
    pairs: pa.StructArray,
    row: NDArray[np.int64],
    taken: NDArray[np.bool_],
) -> pa.ListArray:
    kept = np.flatnonzero(~taken)
    sizes = np.bincount(row[kept], minlength=len(rest))
    offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, pairs.take(pa.array(kept)), type=rest.type)


def _codes(column: pa.DictionaryArray) -> NDArray[np.int64]:
    codes: NDArray[np.int64] = pc.fill_null(column.indices, len(column.dictionary)).to_numpy()
    return codes


def _texts(column: pa.DictionaryArray) -> list[str | None]:
    return list(column.dictionary.to_pylist())
