"""Tables of facts on disk: whoever looks at one maps it, and its memory goes with the last look.

The timeline that comes of them lives as long as the result, and is read a batch at a time.

All tables of twenty million events together are two thirds of a gigabyte, and most are looked at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.engine.runs import merge_runs, no_room
from gamekeeper.model.breaks import TIMELINE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.engine.runs import Run
    from gamekeeper.integrity.base import Gatherer

#: Rows of a batch of the timeline.
_ROWS: Final = 65_536


class StoredFacts(Mapping[str, pa.Table]):
    """Tables by name, one file each in a folder that must stay as long as somebody asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schemas: dict[str, pa.Schema] = {}

    def add(self, gatherer: Gatherer, runs: Sequence[Run]) -> None:
        """Write the table of a gatherer from sorted runs, which are used up."""
        try:
            with (
                pa.OSFile(str(self._path(gatherer.name)), "wb") as sink,
                pa.ipc.new_file(sink, gatherer.schema) as writer,
            ):
                for table in _whole(gatherer, runs):
                    writer.write_table(table.cast(gatherer.schema).combine_chunks())
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._schemas[gatherer.name] = gatherer.schema

    def __getitem__(self, name: str) -> pa.Table:
        schema = self._schemas[name]
        with pa.memory_map(str(self._path(name))) as source, pa.ipc.open_file(source) as reader:
            return reader.read_all() if reader.num_record_batches else schema.empty_table()

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.arrow"


class StoredTimeline:
    """A ``Timeline`` in a file that must stay as long as somebody asks."""

    def __init__(self, path: Path, tables: Iterable[pa.Table]) -> None:
        self._path = path
        self.num_rows = 0
        try:
            with (
                pa.OSFile(str(path), "wb") as sink,
                pa.ipc.new_stream(sink, TIMELINE_SCHEMA) as writer,
            ):
                for table in tables:
                    writer.write_table(table, max_chunksize=_ROWS)
                    self.num_rows += table.num_rows
        except OSError as error:
            raise no_room(path.parent, error) from error

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; may be asked for again and again."""
        with pa.OSFile(str(self._path), "rb") as source, pa.ipc.open_stream(source) as reader:
            yield from reader


def _whole(gatherer: Gatherer, runs: Sequence[Run]) -> Iterator[pa.Table]:
    merged = merge_runs(runs, gatherer.key)
    if gatherer.is_apart:
        for rows in _apart(merged, gatherer.key[0]):
            yield gatherer.whole(rows)
        return
    parts = list(merged)
    if parts:
        yield gatherer.whole(pa.concat_tables(parts))


def _apart(tables: Iterable[pa.Table], column: str) -> Iterator[pa.Table]:
    """Yield the rows of tables that are in order of a column: those of equal values in one table."""
    waiting: list[pa.Table] = []
    for table in tables:
        values = table[column].combine_chunks()
        if waiting and waiting[-1][column][-1] != values[0]:
            yield pa.concat_tables(waiting)
            waiting.clear()
        first_of_last = values.index(values[-1]).as_py()
        if first_of_last:
            yield pa.concat_tables([*waiting, table.slice(0, first_of_last)])
            waiting.clear()
        waiting.append(table.slice(first_of_last))
    if waiting:
        yield pa.concat_tables(waiting)
