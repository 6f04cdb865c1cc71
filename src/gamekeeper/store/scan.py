"""Stored files back to batches: only the row groups, columns and rows that are asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.model.events import EventBatch
from gamekeeper.model.wildcards import host_names
from gamekeeper.store.schemas import EMPTY_KEY, picked, stored
from gamekeeper.store.widen import read_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gamekeeper.store.selection import Selection

_TIME: Final = "event.filetime"


def read(
    path: Path,
    dataset: str,
    selection: Selection,
    columns: Sequence[str] | None,
    groups: Iterable[int] | None = None,
) -> Iterator[EventBatch]:
    """Yield the selected rows of one file, a batch for each row group that has any."""
    schema = stored(dataset)
    names = schema.names if columns is None else picked(dataset, columns)
    with pq.ParquetFile(path) as file:
        place = file.schema_arrow.get_field_index(_TIME)
        empty = empty_columns(file)
        for group in range(file.num_row_groups) if groups is None else groups:
            if _is_out_of_range(file, group, place, selection):
                continue
            keep = _kept(file, group, selection)
            if keep is not None and not keep.any():
                continue
            filled = [name for name in names if name not in empty[group]]
            # Nothing here holds on to one group while the next one is read.
            rows = _one_batch(
                read_group(file, group, dataset, filled), [schema.field(name) for name in names]
            )
            if keep is not None and not keep.all():
                rows = rows.filter(pa.array(keep))
            if rows.num_rows:
                yield EventBatch(dataset, rows)
            del rows


def empty_columns(file: pq.ParquetFile) -> list[frozenset[str]]:
    """Return, for each row group, the columns in which nothing stands."""
    text = (file.metadata.metadata or {}).get(EMPTY_KEY.encode())
    if text is None:
        return [frozenset()] * file.num_row_groups
    return [frozenset(names) for names in orjson.loads(text)]


def _one_batch(table: pa.Table, fields: Sequence[pa.Field]) -> pa.RecordBatch:
    if any(column.num_chunks > 1 for column in table.columns):
        table = table.unify_dictionaries().combine_chunks()
    read_columns = dict(zip(table.schema.names, table.columns, strict=True))
    count = table.num_rows
    columns = [
        _only_chunk(read_columns[field.name], field)
        if field.name in read_columns
        else _nothing(field.type, count)
        for field in fields
    ]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))


def _only_chunk(column: pa.ChunkedArray, field: pa.Field) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], field.type)


@lru_cache(maxsize=32)
def _nothing(kind: pa.DataType, count: int) -> pa.Array:
    """Return a column of nulls; the same one again and again, since nothing changes an array."""
    return pa.nulls(count, kind)


def _is_out_of_range(file: pq.ParquetFile, group: int, place: int, selection: Selection) -> bool:
    if selection.start is None and selection.stop is None:
        return False
    bounds = file.metadata.row_group(group).column(place).statistics
    if bounds is None or not bounds.has_min_max:
        return False
    return not selection.overlaps(bounds.min, bounds.max)


def _kept(file: pq.ParquetFile, group: int, selection: Selection) -> NDArray[np.bool_] | None:
    """Say which rows of a group are selected, from the few columns that tell; None where all are."""
    asks = {
        _TIME: selection.start is not None or selection.stop is not None,
        "Computer": bool(selection.hosts),
        "Channel": bool(selection.channels),
        "EventID": bool(selection.event_ids),
    }
    asked = [name for name, is_asked in asks.items() if is_asked]
    if not asked:
        return None
    table = file.read_row_group(group, columns=asked, use_threads=False)
    rows = _one_batch(table, [table.schema.field(name) for name in asked])
    keep = np.ones(table.num_rows, bool)
    if asks[_TIME]:
        keep &= _in_period(rows.column(_TIME), selection)
    if selection.hosts:
        keep &= _named(
            rows.column("Computer"), lambda name: selection.takes_host(*host_names(name))
        )
    if selection.channels:
        keep &= _named(rows.column("Channel"), selection.takes_channel)
    if selection.event_ids:
        wanted = pa.array(selection.event_ids, pa.int32())
        keep &= pc.is_in(rows.column("EventID"), wanted).to_numpy(zero_copy_only=False)
    return keep


def _in_period(times: pa.Array, selection: Selection) -> NDArray[np.bool_]:
    keep: NDArray[np.bool_] = pc.is_valid(times).to_numpy(zero_copy_only=False).copy()
    values = pc.fill_null(times, 0).to_numpy()
    if selection.start is not None:
        keep &= values >= selection.start
    if selection.stop is not None:
        keep &= values < selection.stop
    return keep


def _named(column: pa.DictionaryArray, takes: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Ask about each distinct name once; an absent name is the empty one."""
    answers = [takes(name or "") for name in column.dictionary.to_pylist()]
    answers.append(takes(""))
    codes = pc.fill_null(column.indices, len(answers) - 1).to_numpy()
    keep: NDArray[np.bool_] = np.asarray(answers, bool)[codes]
    return keep


def groups_of(path: Path, rows: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the row groups of a file in bunches of at least ``rows`` rows, with how many each holds."""
    metadata = pq.read_metadata(path)
    groups: list[int] = []
    count = 0
    for group in range(metadata.num_row_groups):
        groups.append(group)
        count += metadata.row_group(group).num_rows
        if count >= rows:
            yield tuple(groups), count
            groups, count = [], 0
    if groups:
        yield tuple(groups), count
