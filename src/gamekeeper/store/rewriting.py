"""Stored files written anew: several as one, or without some of their rows. One row group in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.store.checked_files import schema_of
from gamekeeper.store.records import Kind, Span, StagedFile, StoredFile
from gamekeeper.store.widen import in_schema, read_group
from gamekeeper.store.writing import GROUP_ROWS, EventsFile, ParquetFile, staged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.store.layout import Layout

    #: Says which rows of a table stay.
    Keep = Callable[[pa.Table], NDArray[np.bool_]]


def rewritten(
    layout: Layout, files: Sequence[StoredFile], path: Path, keep: Keep | None = None
) -> StagedFile | None:
    """Write what stays of some files of one kind and dataset as one; None where nothing does.

    Its rows are no news: it counts as brought by the last batch that brought any of them.
    """
    first = files[0]
    tables = _tables(layout, files, keep)
    if first.kind in {Kind.EVENTS, Kind.RECOVERED}:
        made = _events(tables, path, first)
    else:
        made = _plain(tables, path, first)
    if not made.rows:
        path.unlink()
        return None
    return replace(made, batch=max(file.batch for file in files))


def _tables(layout: Layout, files: Sequence[StoredFile], keep: Keep | None) -> Iterator[pa.Table]:
    for file in files:
        with pq.ParquetFile(layout.path(file.path)) as parquet:
            for group in range(parquet.num_row_groups):
                table = _group(parquet, group, file)
                stays = np.ones(table.num_rows, bool) if keep is None else keep(table)
                if not stays.all():
                    table = bare(table.filter(pa.array(stays)))
                if table.num_rows:
                    yield table


def _group(parquet: pq.ParquetFile, group: int, file: StoredFile) -> pa.Table:
    """Return one row group with the columns that are written now."""
    if file.kind not in {Kind.EVENTS, Kind.RECOVERED}:
        return parquet.read_row_group(group, use_threads=False)
    return in_schema(read_group(parquet, group, file.dataset), file.dataset)


def bare(table: pa.Table) -> pa.Table:
    """Return rows with dictionaries that hold their own values and no others: what went is gone."""
    columns = [_bare(column.combine_chunks()) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _bare(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type).dictionary_encode().cast(column.type)
    if not pa.types.is_list(column.type):
        return column
    pairs = column.flatten()
    parts = [_bare(pairs.field(number)) for number in range(pairs.type.num_fields)]
    struct = pa.StructArray.from_arrays(parts, fields=list(pairs.type))
    sizes = pc.list_value_length(column).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, struct, type=column.type)


def _events(tables: Iterator[pa.Table], path: Path, like: StoredFile) -> StagedFile:
    file = EventsFile(path, like.kind, like.dataset)
    for table in tables:
        if any(column.num_chunks > 1 for column in table.columns):
            table = table.unify_dictionaries().combine_chunks()  # noqa: PLW2901 - the same rows
        for batch in table.to_batches(GROUP_ROWS):
            file.add(batch)
    return file.finish()


def _plain(tables: Iterator[pa.Table], path: Path, like: StoredFile) -> StagedFile:
    counts: Counter[int] = Counter()
    rows = 0
    with ParquetFile(path, schema_of(like)) as file:
        for table in tables:
            file.write_table(table)
            rows += table.num_rows
            found = pc.value_counts(table.column("event.source").combine_chunks())
            names, rows_of = found.field("values").to_pylist(), found.field("counts").to_pylist()
            counts.update(dict(zip(names, rows_of, strict=True)))
    spans = tuple(Span(source, "", "", n, n, None, None) for source, n in sorted(counts.items()))
    return staged(path, like.kind, like.dataset, rows, spans)


@dataclass(slots=True)
class Changes:
    """Files that replace others, and how many rows of each source and kind did not come along."""

    files: list[StagedFile]
    retired: list[int]
    dropped: Counter[tuple[int, Kind]]

    def replace(self, old: StoredFile, new: StagedFile | None) -> None:
        """Note that a file is replaced by what is left of it."""
        self.retired.append(old.number)
        self._count(old, new)

    def swap(self, old: StagedFile, new: StagedFile | None) -> None:
        """Note that even less is left of a file."""
        self.files.remove(old)
        self._count(old, new)
        Path(old.path).unlink()

    def _count(self, old: StoredFile | StagedFile, new: StagedFile | None) -> None:
        for span in old.spans:
            self.dropped[span.source, old.kind] += span.rows
        if new is not None:
            self.files.append(new)
            for span in new.spans:
                self.dropped[span.source, old.kind] -= span.rows

    def future(self, live: Sequence[StoredFile]) -> tuple[StoredFile, ...]:
        """Return the files as they will be once the changes are published; new ones where they are now."""
        retired = set(self.retired)
        return (
            *(file for file in live if file.number not in retired),
            *(as_stored(file) for file in self.files),
        )

    def losses(self, *, apart: int | None = None) -> Mapping[tuple[int, Kind], int]:
        """Return the rows that go, by source and kind, without those of one source."""
        return {
            name: count
            for name, count in sorted(self.dropped.items())
            if count and name[0] != apart
        }


def as_stored(file: StagedFile) -> StoredFile:
    """Return a file that is not published yet as one that can be read."""
    return file.placed(-1, str(Path(file.path).absolute()))
