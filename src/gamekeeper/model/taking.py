"""Some rows of a batch, as a batch that is as small as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gamekeeper.model.events import EventBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def take_rows(
    batch: EventBatch, rows: NDArray[np.integer], names: Sequence[str] | None = None
) -> EventBatch:
    """Return some rows, all columns or those that are named, without the values that only others use.

    Whoever comes next looks at distinct values: a dictionary larger than its column is cut down to what
    the rows use, any other stays.
    """
    table = batch.table if names is None else batch.table.select(list(dict.fromkeys(names)))
    table = table.take(pa.array(rows))
    arrays = [_small(column) for column in table.columns]
    return EventBatch(batch.dataset, pa.RecordBatch.from_arrays(arrays, schema=table.schema))


def _small(column: pa.Array) -> pa.Array:
    if not isinstance(column, pa.DictionaryArray) or len(column.dictionary) <= len(column):
        return column
    indices = column.indices
    if indices.null_count == len(column):
        return pa.DictionaryArray.from_arrays(indices, column.dictionary.slice(0, 0))
    codes = indices.fill_null(pa.scalar(-1, indices.type)).to_numpy()
    used, places = np.unique(codes, return_inverse=True)
    is_whole = used[0] >= 0
    kept = column.dictionary.take(pa.array(used if is_whole else used[1:]))
    places = (places if is_whole else places - 1).astype(np.int32)
    mask = None if is_whole else places < 0
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=mask), kept)
