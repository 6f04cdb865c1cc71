"""Sorting more rows than fit into memory: sorted runs on disk, merged by ranges of the key.

Each worker sorts what it has and writes it as *runs*. The merge keeps no heap: the
first keys of all record batches, which the runs remember, cut the key space into ranges of about equal
size, and each range is gathered from all runs, sorted in memory, and handed on.
"""

from __future__ import annotations

import contextlib
import tempfile
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: A key as Python compares it: absent values come last.
Key = tuple[tuple[bool, object], ...]

_RUN_BYTES = 32 << 20
_STEP_BYTES = 256 << 10
#: Runs that a merge takes as they are.
_MANY_RUNS = 64


@dataclass(frozen=True, slots=True)
class Run:
    """One sorted file; ``marks`` holds the key of the first row of each of its record batches."""

    path: Path
    rows: int
    size_bytes: int
    marks: tuple[Key, ...]


def key_at(rows: pa.RecordBatch | pa.Table, row: int, key: Sequence[str]) -> Key:
    """Return the key of one row."""
    values = [rows.column(name)[row].as_py() for name in key]
    return tuple((value is None, 0 if value is None else value) for value in values)


def sort_rows(table: pa.Table, key: Sequence[str]) -> pa.Table:
    """Return the rows in order of ``key``, equal ones in the order that they have."""
    orders = [(name, "ascending") for name in key]
    table = table.unify_dictionaries().combine_chunks()
    return table.take(pc.sort_indices(table.select(key), orders))  # absent values last


def compact(table: pa.Table) -> pa.Table:
    """Return the table with dictionaries of the values that it uses and no others."""
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) and table.num_rows:
            tight = _tight(table.column(at).combine_chunks()).cast(field.type)
            table = table.set_column(at, field, tight)
    return table


def _tight(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return the column with a dictionary of the values that it uses; the same column where it has one."""
    # The first place stands for nothing at all.
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    is_used = np.zeros(len(column.dictionary) + 1, np.bool_)
    is_used[codes] = True
    used = np.flatnonzero(is_used[1:])
    if len(used) == len(column.dictionary):
        return column
    place = np.concatenate([[-1], np.cumsum(is_used[1:]) - 1]).astype(np.int32)
    indices = pa.array(place[codes], mask=codes == 0)
    return pa.DictionaryArray.from_arrays(indices, column.dictionary.take(pa.array(used)))


def _slim(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with dictionaries that are no longer than it is.

    A merge takes a few rows of each run at a time, and each brings the dictionary of the whole run along:
    joined, they would be all values of all runs in every table that comes out.
    """
    columns = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        slim = column
        if pa.types.is_dictionary(field.type) and len(column.dictionary) > batch.num_rows:
            slim = _tight(column).cast(field.type)
        columns.append(slim)
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


class RunWriter:
    """Takes record batches in any order and writes them as sorted runs into one folder.

    ``fold`` is given the sorted rows of a run and returns, in that order, those that are written.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        key: Sequence[str],
        fold: Callable[[pa.Table], pa.Table] | None = None,
    ) -> None:
        self._folder = folder
        self._stem = stem
        self._key = key
        self._fold = fold
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0
        self._runs: list[Run] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows; the bytes are counted generously, with the whole of shared dictionaries."""
        if batch.num_rows == 0:
            return
        self._waiting.append(batch)
        self._waiting_bytes += batch.nbytes
        if self._waiting_bytes >= _RUN_BYTES:
            self._spill()

    def finish(self) -> tuple[Run, ...]:
        """Write what is left and return every run, in the order in which they were written."""
        if self._waiting:
            self._spill()
        return tuple(self._runs)

    def _spill(self) -> None:
        table = compact(sort_rows(pa.Table.from_batches(self._waiting), self._key))
        if self._fold is not None:
            table = self._fold(table)
        self._waiting.clear()
        self._waiting_bytes = 0
        path = self._folder / f"{self._stem}-{len(self._runs)}.arrow"
        self._runs.append(write_run(path, table, self._key))


def write_run(path: Path, table: pa.Table, key: Sequence[str]) -> Run:
    """Write a sorted table as one run."""
    step = max(1, table.num_rows * _STEP_BYTES // max(1, table.nbytes))
    marks = tuple(key_at(table, row, key) for row in range(0, table.num_rows, step))
    try:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=step)
        size = path.stat().st_size
    except OSError as error:
        raise no_room(path.parent, error) from error
    return Run(path, table.num_rows, size, marks)


def no_room(folder: Path, error: OSError) -> UsageError:
    """Return what to tell a person whose folder for temporary files cannot be written."""
    return UsageError(
        f"temporary files cannot be written to {folder} ({error}): make room there, or name another "
        "folder with --temp-dir or the variable TMPDIR"
    )


def merge_runs(
    runs: Sequence[Run], key: Sequence[str], target_bytes: int = _RUN_BYTES
) -> Iterator[pa.Table]:
    """Yield all rows of all runs in order of ``key``, as tables of about ``target_bytes``.

    Rows with an equal key come in one table, in the order of the runs. Runs are removed once they are
    used up, so that sorting never needs the space twice.
    """
    runs = consolidate(runs, key)
    cuts = _cuts(runs, target_bytes)
    cursors = [_Cursor(run, key) for run in runs]
    for cut in (*cuts, None):
        parts = [_slim(part) for cursor in cursors for part in cursor.take_until(cut)]
        if parts:
            yield sort_rows(pa.Table.from_batches(parts), key)


def consolidate(runs: Sequence[Run], key: Sequence[str]) -> list[Run]:
    """Return few runs for many: neighbours become one as long as they fit into memory together.

    A long hunt with few matches leaves thousands of tiny files, and a merge has all of them open at once.
    """
    if len(runs) <= _MANY_RUNS:
        return list(runs)
    merged: list[Run] = []
    for group in _neighbours(runs):
        if len(group) == 1:
            merged += group
            continue
        table = pa.concat_tables([_read(run) for run in group])
        path = group[0].path.with_suffix(".merged")
        merged.append(write_run(path, compact(sort_rows(table, key)), key))
        for run in group:
            run.path.unlink()
    return merged


def _neighbours(runs: Sequence[Run]) -> Iterator[list[Run]]:
    group: list[Run] = []
    size = 0
    for run in runs:
        if group and size + run.size_bytes > _RUN_BYTES:
            yield group
            group, size = [], 0
        group.append(run)
        size += run.size_bytes
    if group:
        yield group


def _read(run: Run) -> pa.Table:
    with pa.OSFile(str(run.path), "rb") as source, pa.ipc.open_file(source) as reader:
        return reader.read_all()


def _cuts(runs: Sequence[Run], target_bytes: int) -> list[Key]:
    """Return the keys at which a new range begins."""
    marks = sorted((mark, run.size_bytes / len(run.marks)) for run in runs for mark in run.marks)
    cuts: list[Key] = []
    gathered = 0.0
    for mark, size in marks:
        if gathered >= target_bytes and (not cuts or mark > cuts[-1]):
            cuts.append(mark)
            gathered = 0.0
        gathered += size
    return cuts


class _Cursor:
    """How far one run has been merged. The file is open only while rows are taken."""

    def __init__(self, run: Run, key: Sequence[str]) -> None:
        self._run = run
        self._key = key
        self._batch = 0
        self._row = 0

    def take_until(self, cut: Key | None) -> Iterator[pa.RecordBatch]:
        """Yield the rows from here that come before ``cut``."""
        marks = self._run.marks
        # The last batch that begins before the cut may also hold rows behind it.
        last = len(marks) if cut is None else bisect_left(marks, cut)
        if self._batch >= last:
            return
        with pa.memory_map(str(self._run.path)) as source:
            reader = pa.ipc.open_file(source)
            while self._batch < last:
                batch = reader.get_batch(self._batch)
                stop = batch.num_rows
                if cut is not None and self._batch == last - 1:
                    stop = self._before(batch, cut)
                if stop > self._row:
                    yield batch.slice(self._row, stop - self._row)
                self._row = stop
                if stop < batch.num_rows:
                    return
                self._batch += 1
                self._row = 0
        if self._batch == len(marks):
            with contextlib.suppress(OSError):  # still mapped, where the system minds
                self._run.path.unlink()

    def _before(self, batch: pa.RecordBatch, cut: Key) -> int:
        rows = range(batch.num_rows)
        return bisect_left(rows, cut, key=lambda row: key_at(batch, row, self._key))


def fold_sorted(
    key: Sequence[str],
    fn: Callable[[pa.Table], pa.RecordBatch],
    batches: Iterable[pa.RecordBatch],
    work: Path,
) -> Iterator[pa.RecordBatch]:
    """Yield ``fn`` of each group of rows with an equal key, in order of the key."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        writer = RunWriter(Path(folder), "group", key)
        for batch in batches:
            writer.add(batch)
        for table in merge_runs(writer.finish(), key):
            for start, stop in _groups(table.select(key)):
                yield fn(table.slice(start, stop - start))


def _groups(keys: pa.Table) -> Iterator[tuple[int, int]]:
    """Yield the first and last + 1 row of each stretch of equal keys."""
    changed = np.zeros(keys.num_rows, bool)
    changed[0] = True
    for column in keys.columns:
        plain = column.combine_chunks()
        if pa.types.is_dictionary(plain.type):
            plain = plain.dictionary_decode()
        codes = plain.dictionary_encode("encode").indices.to_numpy()
        changed[1:] |= codes[1:] != codes[:-1]
    starts = np.flatnonzero(changed).tolist()
    yield from zip(starts, [*starts[1:], keys.num_rows], strict=True)
