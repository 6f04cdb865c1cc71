"""What a hunt leaves on disk for the reports: matches and rejects in their final order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gamekeeper.analytics.chains.stored import HIT_KEY, HIT_SCHEMA, hits_from
from gamekeeper.engine.runs import Run, merge_runs, no_room
from gamekeeper.hunt import rejects
from gamekeeper.model.findings import MATCH_SCHEMA, SUPPRESSED_SCHEMA
from gamekeeper.model.results import MatchStore, NoMatches
from gamekeeper.model.traces import TRACE_KEY, TRACE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.chains import ChainHit
    from gamekeeper.model.rejects import Reject

#: Time, event id, rule: total, since a rule is true for an event once.
MATCH_KEY: Final = ("filetime", "source", "offset", "rule")
#: Gives each match of a table the number of the entry that allows it, or -1.
Judge = Callable[[pa.Table], NDArray[np.int32]]
#: Rows of a batch that a consumer gets at once.
_ROWS: Final = 4096
#: Bytes of runs that become one file of traces: a table's dictionaries are read as a whole, and sorting takes
#: several times as much.
_TRACES: Final = 8 << 20


class _SortedFile:
    """One Arrow stream, written once; the folder it is in lives as long as it does."""

    def __init__(self, work: WorkFolder, name: str, schema: pa.Schema) -> None:
        self._work = work
        self._path: Path = work.path / f"{name}.arrow"
        self._schema = schema
        self.rows = 0

    def __len__(self) -> int:
        return self.rows

    def write(self, tables: Iterable[pa.Table]) -> None:
        """Write tables that come in order."""
        try:
            with self._writer() as writer:
                for table in tables:
                    self._add(writer, table)
        except OSError as error:
            raise no_room(self._path.parent, error) from error

    def write_apart(self, tables: Iterable[pa.Table], other: _SortedFile, judge: Judge) -> None:
        """Write tables that come in order, and what the judge gives a number to into another file."""
        try:
            with self._writer() as mine, other._writer() as theirs:
                for table in tables:
                    numbers = judge(table)
                    apart = pa.array(numbers >= 0)
                    self._add(mine, table.filter(pc.invert(apart)))
                    numbered = table.append_column("allowance", pa.array(numbers, pa.int32()))
                    other._add(theirs, numbered.filter(apart))
        except OSError as error:
            raise no_room(self._path.parent, error) from error

    @contextmanager
    def _writer(self) -> Iterator[pa.RecordBatchStreamWriter]:
        with (
            pa.OSFile(str(self._path), "wb") as sink,
            pa.ipc.new_stream(sink, self._schema) as writer,
        ):
            yield writer

    def _add(self, writer: pa.RecordBatchStreamWriter, table: pa.Table) -> None:
        if table.num_rows:
            writer.write_table(table.cast(self._schema), max_chunksize=_ROWS)
            self.rows += table.num_rows

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; may be asked for again and again."""
        if self.rows == 0:
            return
        with pa.OSFile(str(self._path), "rb") as source, pa.ipc.open_stream(source) as reader:
            yield from reader


class DiskMatches:
    """A ``MatchStore``: matches in order of time, event id and rule."""

    def __init__(self, work: WorkFolder, runs: Sequence[Run], judge: Judge | None = None) -> None:
        """Merge sorted runs, which are used up; ``taken`` are the matches that the judge gives a number."""
        self._file = _SortedFile(work, "matches", MATCH_SCHEMA)
        self.taken: MatchStore = NoMatches()
        merged = merge_runs(runs, MATCH_KEY)
        if judge is None:
            self._file.write(merged)
        else:
            taken = _SortedFile(work, "suppressed", SUPPRESSED_SCHEMA)
            self._file.write_apart(merged, taken, judge)
            self.taken = taken

    def __len__(self) -> int:
        return self._file.rows

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches of ``MATCH_SCHEMA`` in order."""
        return self._file.batches()


class DiskHits:
    """A ``HitStore``: hits of chains in order of time, chain and id."""

    def __init__(self, work: WorkFolder, runs: Sequence[Run]) -> None:
        self._file = _SortedFile(work, "chains", HIT_SCHEMA)
        self._file.write(merge_runs(runs, HIT_KEY))

    def __len__(self) -> int:
        return self._file.rows

    def __iter__(self) -> Iterator[ChainHit]:
        for batch in self._file.batches():
            yield from hits_from(batch)


class DiskTraces:
    """A ``TraceStore``: traces in order of time, file and offset.

    They are read several times, and each time for a few columns: files are mapped, so that only those
    come into memory, and many, so that what was looked at does not stay.
    """

    def __init__(self, work: WorkFolder, runs: Sequence[Run]) -> None:
        """Merge sorted runs, which are used up."""
        self._work = work
        self._paths: list[Path] = []
        self._rows = 0
        for table in merge_runs(runs, TRACE_KEY, _TRACES):
            self._write(table.cast(TRACE_SCHEMA).combine_chunks())

    def _write(self, table: pa.Table) -> None:
        path = self.folder / f"{len(self._paths)}.arrow"
        try:
            with (
                pa.OSFile(str(path), "wb") as sink,
                pa.ipc.new_stream(sink, TRACE_SCHEMA) as writer,
            ):
                writer.write_table(table)
        except OSError as error:
            raise no_room(path.parent, error) from error
        self._paths.append(path)
        self._rows += table.num_rows

    @property
    def folder(self) -> Path:
        """Return the folder that they are in."""
        return self._work.folder("traces")

    def __len__(self) -> int:
        return self._rows

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches of ``TRACE_SCHEMA`` in order."""
        for path in self._paths:
            with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
                yield from reader


class DiskRejects:
    """A ``RejectStore``: rejects in order of file and offset."""

    def __init__(self, work: WorkFolder, runs: Sequence[Run]) -> None:
        self._file = _SortedFile(work, "rejects", rejects.SCHEMA)
        self._file.write(merge_runs(runs, rejects.KEY))

    def __len__(self) -> int:
        return self._file.rows

    def __iter__(self) -> Iterator[Reject]:
        for batch in self._file.batches():
            yield from rejects.from_rows(batch)
