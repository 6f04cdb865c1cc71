"""What a hunt leaves on disk for the reports: matches and rejects in their final order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.engine.runs import Run, merge_runs, no_room
from gamekeeper.hunt import rejects
from gamekeeper.model.findings import MATCH_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.rejects import Reject

#: Time, event id, rule: total, since a rule is true for an event once.
MATCH_KEY: Final = ("filetime", "source", "offset", "rule")
#: Rows of a batch that a consumer gets at once.
_ROWS: Final = 4096


class _SortedFile:
    """One Arrow stream, written once; the folder it is in lives as long as it does."""

    def __init__(self, work: WorkFolder, name: str, schema: pa.Schema) -> None:
        self._work = work
        self._path: Path = work.path / f"{name}.arrow"
        self._schema = schema
        self.rows = 0

    def write(self, runs: Sequence[Run], key: Sequence[str]) -> None:
        """Merge sorted runs into the file; the runs are used up."""
        try:
            with (
                pa.OSFile(str(self._path), "wb") as sink,
                pa.ipc.new_stream(sink, self._schema) as writer,
            ):
                for table in merge_runs(runs, key):
                    writer.write_table(table.cast(self._schema), max_chunksize=_ROWS)
                    self.rows += table.num_rows
        except OSError as error:
            raise no_room(self._path.parent, error) from error

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; may be asked for again and again."""
        if self.rows == 0:
            return
        with pa.OSFile(str(self._path), "rb") as source, pa.ipc.open_stream(source) as reader:
            yield from reader


class DiskMatches:
    """A ``MatchStore``: matches in order of time, event id and rule."""

    def __init__(self, work: WorkFolder, runs: Sequence[Run]) -> None:
        self._file = _SortedFile(work, "matches", MATCH_SCHEMA)
        self._file.write(runs, MATCH_KEY)

    def __len__(self) -> int:
        return self._file.rows

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches of ``MATCH_SCHEMA`` in order."""
        return self._file.batches()


class DiskRejects:
    """A ``RejectStore``: rejects in order of file and offset."""

    def __init__(self, work: WorkFolder, runs: Sequence[Run]) -> None:
        self._file = _SortedFile(work, "rejects", rejects.SCHEMA)
        self._file.write(runs, rejects.KEY)

    def __len__(self) -> int:
        return self._file.rows

    def __iter__(self) -> Iterator[Reject]:
        for batch in self._file.batches():
            yield from rejects.from_rows(batch)
