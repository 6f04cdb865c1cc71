"""Rows in order, however many: sorted by DuckDB, which spills to disk beyond its share of memory."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa

from gamekeeper.store.sql import MEMORY_MB, connected, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ROWS: Final = 16_384


def in_order(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, by: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Yield all rows in order of some columns, absent values last.

    The order is total, and the same every time, where the columns tell any two rows apart.
    """
    given = _Given(batches)
    with tempfile.TemporaryDirectory(prefix="gamekeeper-sort-") as spill:
        connection = connected(spill, MEMORY_MB)
        try:
            rows = pa.RecordBatchReader.from_batches(schema, iter(given))
            order = ", ".join(f"{quoted(name)} NULLS LAST" for name in by)
            relation = connection.from_arrow(rows).order(order)
            for batch in relation.to_arrow_reader(_ROWS):
                columns = [
                    column.cast(field.type)
                    for column, field in zip(batch.columns, schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)
        except duckdb.Error:
            if given.error is not None:  # told as what it is, not as a trouble of sorting
                raise given.error from None
            raise
        finally:
            connection.close()


class _Given:
    """Batches that somebody else pulls; what goes wrong with them is kept."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches
        except Exception as error:
            self.error = error
            raise
