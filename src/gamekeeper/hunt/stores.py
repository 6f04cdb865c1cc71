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
from gamekeeper.model.traces import TRACE_SCHEMA

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
    """A ``TraceStore``: runs of traces as workers wrote them. Nobody needs them in order of time."""

    def __init__(self, work: WorkFolder, runs: Sequence[Run]) -> None:
        """Take runs, which are moved."""
        self._work = work
        self._paths = [self.folder / f"{number}.arrow" for number in range(len(runs))]
        for run, path in zip(runs, self._paths, strict=True):
            run.path.rename(path)
        self._rows = sum(run.rows for run in runs)

    @property
    def folder(self) -> Path:
        """Return the folder that they are in."""
        return self._work.folder("traces")

    def __len__(self) -> int:
        return self._rows

    def batches(self, columns: Sequence[str] = TRACE_SCHEMA.names) -> Iterator[pa.RecordBatch]:
        """Yield record batches of some columns of ``TRACE_SCHEMA``, one a run."""
        for path in self._paths:
            # Mapped, so that nothing but these columns comes into memory.
            with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
                table = reader.read_all().select(columns)
            # All batches of a run share its dictionaries: as one, each is looked through once.
            yield from table.combine_chunks().to_batches()


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
