"""The rows of one correlation, sorted by group and time, on disk: read front to back, more than once.

A window has a leading and a trailing end, and each reads the file for itself; nothing between them is
held in memory. Rows of copies of one event stand beside each other and are one :class:`Event`.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from gamekeeper.engine.correlation.schema import PLAIN_SCHEMA, ROW_KEY
from gamekeeper.engine.runs import Run, key_at, no_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

#: Rows of one batch on disk, which is what a reader holds.
_STEP: Final = 2048
_KEPT: Final = 8


class Event(NamedTuple):
    """One event of a group: all copies of it, in all roles. ``row`` to ``stop`` are its rows."""

    key: bytes
    time: int
    roles: frozenset[int]
    values: str
    row: int
    stop: int


class RowFile:
    """Sorted rows of one correlation."""

    def __init__(self, path: Path, starts: tuple[int, ...], rows: int) -> None:
        self._path = path
        self._starts = starts
        self.rows = rows
        self._batch = lru_cache(_KEPT)(self._read)

    def events(self, row: int = 0, stop: int | None = None) -> Iterator[Event]:
        """Yield events in order of group and time, from a row on that is the first of one, up to another."""
        last: Event | None = None
        mark: tuple[bytes, int, bytes] | None = None
        start = row
        for batch in self.slices(row, self.rows if stop is None else stop):
            columns = (
                batch.column(name).to_pylist()
                for name in ("key", "filetime", "fingerprint", "role", "values")
            )
            for at, (key, time, fingerprint, role, values) in enumerate(
                zip(*columns, strict=True), start
            ):
                if last is not None and mark == (key, time, fingerprint):
                    last = last._replace(roles=last.roles | {role}, stop=at + 1)
                    continue
                if last is not None:
                    yield last
                mark = (key, time, fingerprint)
                last = Event(key, time, frozenset((role,)), values, at, at + 1)
            start += batch.num_rows
        if last is not None:
            yield last

    def slices(self, row: int, stop: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows from ``row`` up to ``stop``, some at a time."""
        number = bisect_right(self._starts, row) - 1
        while row < stop:
            batch, start = self._batch(number), self._starts[number]
            part = batch.slice(row - start, min(stop - start, batch.num_rows) - (row - start))
            yield part
            row += part.num_rows
            number += 1

    def _read(self, number: int) -> pa.RecordBatch:
        with pa.OSFile(str(self._path), "rb") as source, pa.ipc.open_file(source) as reader:
            return reader.get_batch(number)

    def as_run(self, key: Sequence[str] = ROW_KEY) -> Run:
        """Return the file as a run that can be merged with others."""
        marks = tuple(key_at(self._read(n), 0, key) for n in range(len(self._starts)))
        return Run(self._path, self.rows, self._path.stat().st_size, marks)


def write_rows(path: Path, tables: Iterable[pa.Table], schema: pa.Schema = PLAIN_SCHEMA) -> RowFile:
    """Write sorted tables as one file; ``schema`` has at least what makes an :class:`Event`."""
    starts: list[int] = []
    rows = 0
    try:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for table in tables:
                plain = table.cast(schema).combine_chunks()
                for batch in plain.to_batches(_STEP):
                    writer.write_batch(batch)
                    starts.append(rows)
                    rows += batch.num_rows
    except OSError as error:
        raise no_room(path.parent, error) from error
    return RowFile(path, tuple(starts), rows)
