"""Payloads of stored rows, fetched by place and compared: first as they are, then by what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import EventBatch
from gamekeeper.model.fingerprint import payloads
from gamekeeper.store.widen import in_schema, read_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: Pairs that are fetched and compared at once.
_PAIRS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows stand: the file of each, and its place in it. All are of one dataset."""

    dataset: str
    paths: tuple[str, ...]
    file: NDArray[np.int64]
    place: NDArray[np.int64]


def equal_payloads(
    rows: Rows, one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which pairs of rows have the same payload."""
    same = np.zeros(len(one), bool)
    for start in range(0, len(one), _PAIRS):
        part = slice(start, start + _PAIRS)
        left, right = fetch(rows, one[part]), fetch(rows, other[part])
        found = _equal(rows.dataset, left, right)
        doubtful = np.flatnonzero(~found)
        if len(doubtful):
            taken = pa.array(doubtful)
            found[doubtful] = _digests(rows.dataset, left.take(taken)) == _digests(
                rows.dataset, right.take(taken)
            )
        same[part] = found
    return same


def digests(rows: Rows, wanted: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Return the digest of the payload of each row."""
    parts = [
        _digests(rows.dataset, fetch(rows, wanted[start : start + _PAIRS]))
        for start in range(0, len(wanted), _PAIRS)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, "S16")


def fetch(rows: Rows, wanted: NDArray[np.int64]) -> pa.Table:
    """Return the payload columns of rows, in the order in which they are asked for."""
    names = [*datasets()[rows.dataset].declared, "event.rest"]
    parts: list[pa.Table] = []
    order: list[NDArray[np.int64]] = []
    for file in np.unique(rows.file[wanted]).tolist():
        here = np.flatnonzero(rows.file[wanted] == file)
        here = here[np.argsort(rows.place[wanted[here]], kind="stable")]
        parts += _read(rows, file, names, rows.place[wanted[here]])
        order.append(here)
    back = np.argsort(np.concatenate(order), kind="stable")
    return pa.concat_tables(parts).take(pa.array(back))


def _read(
    rows: Rows, number: int, names: Sequence[str], places: NDArray[np.int64]
) -> Iterator[pa.Table]:
    """Yield rows at places in rising order, as plain text."""
    with pq.ParquetFile(rows.paths[number]) as file:
        start = 0
        for group in range(file.num_row_groups):
            stop = start + file.metadata.row_group(group).num_rows
            inside = places[(places >= start) & (places < stop)] - start
            if len(inside):
                table = in_schema(read_group(file, group, rows.dataset, names), rows.dataset, names)
                yield _plain(table.take(pa.array(inside)))
            start = stop


def _plain(table: pa.Table) -> pa.Table:
    """Return the table with text instead of dictionaries, which differ from file to file.

    Case and blanks at the ends of values are gone: exports differ in both.
    """
    columns = [
        _plain_rest(column.combine_chunks())
        if name == "event.rest"
        else _bare(column.cast(pa.utf8()))
        for name, column in zip(table.schema.names, table.columns, strict=True)
    ]
    return pa.table(columns, names=table.schema.names)


def _bare(values: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(values))


def _plain_rest(column: pa.ListArray) -> pa.ListArray:
    pairs = column.flatten()
    struct = pa.StructArray.from_arrays(
        [
            pairs.field("name").cast(pa.utf8()),
            _bare(pairs.field("value").cast(pa.utf8())),
        ],
        names=["name", "value"],
    )
    return pa.ListArray.from_arrays(_offsets(column), struct)


def _offsets(column: pa.ListArray) -> pa.Array:
    sizes = pc.list_value_length(column).to_numpy()
    return pa.array(np.concatenate([[0], np.cumsum(sizes)]), pa.int32())


def _equal(dataset: str, left: pa.Table, right: pa.Table) -> NDArray[np.bool_]:
    """Say which rows are the same to the letter."""
    same = np.ones(left.num_rows, bool)
    for name in datasets()[dataset].declared:
        one, other = left.column(name), right.column(name)
        if one.null_count == len(one) and other.null_count == len(other):
            continue
        equal = pc.fill_null(pc.equal(one, other), False)
        both = pc.and_(pc.is_null(one), pc.is_null(other))
        same &= pc.or_(equal, both).to_numpy()
    return same & _equal_rest(left.column("event.rest"), right.column("event.rest"))


def _equal_rest(left: pa.ChunkedArray, right: pa.ChunkedArray) -> NDArray[np.bool_]:
    one, other = left.combine_chunks(), right.combine_chunks()
    sizes = pc.list_value_length(one).to_numpy()
    same: NDArray[np.bool_] = sizes == pc.list_value_length(other).to_numpy()
    kept = pa.array(np.flatnonzero(same))
    pairs, others = one.take(kept).flatten(), other.take(kept).flatten()
    equal = np.ones(len(pairs), bool)
    for name in ("name", "value"):
        equal &= pc.equal(pairs.field(name), others.field(name)).to_numpy(zero_copy_only=False)
    row = np.repeat(np.flatnonzero(same), sizes[same])
    same[row[~equal]] = False
    return same


def _digests(dataset: str, table: pa.Table) -> NDArray[np.bytes_]:
    """Return the digests of rows, given as plain text."""
    schema = datasets()[dataset].schema
    fields = [schema.field(name) for name in table.schema.names]
    rows = table.combine_chunks()
    columns = [
        _encoded_rest(column.combine_chunks(), field.type)
        if field.name == "event.rest"
        else column.combine_chunks().dictionary_encode()
        for column, field in zip(rows.columns, fields, strict=True)
    ]
    batch = pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))
    found = payloads(EventBatch(dataset, batch))
    return np.frombuffer(b"".join(found.to_pylist()), "S16")


def _encoded_rest(column: pa.ListArray, kind: pa.ListType) -> pa.Array:
    pairs = column.flatten()
    struct = pa.StructArray.from_arrays(
        [pairs.field("name").dictionary_encode(), pairs.field("value").dictionary_encode()],
        fields=list(kind.value_type),
    )
    return pa.ListArray.from_arrays(_offsets(column), struct, type=kind)
