"""One unit of logs, from bytes to staged files of a case: what a worker does while logs are taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from gamekeeper.engine.runs import merge_runs
from gamekeeper.hunt import rejects
from gamekeeper.hunt.reading import limit_of
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject
from gamekeeper.model.tallies import FileTally
from gamekeeper.sources.base import ReadOptions
from gamekeeper.store.records import Kind, StagedFile
from gamekeeper.store.schemas import REJECTS
from gamekeeper.store.settle import plain_spans
from gamekeeper.store.writing import EventWriter, ParquetFile, staged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gamekeeper.engine.runs import Run
    from gamekeeper.hunt.units import Unit


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a unit."""

    files: tuple[StagedFile, ...]
    tallies: tuple[FileTally, ...]


@dataclass(frozen=True, slots=True)
class IngestStage:
    """The stage of an ingest: read and write."""

    folder: Path
    options: ReadOptions

    def prepare(self) -> Callable[[Unit], Taken]:
        """Nothing has to be built before the first unit."""
        return self._take

    def _take(self, unit: Unit) -> Taken:
        stem = f"unit-{unit.name}"
        for left in self.folder.glob(f"{stem}-*"):  # of a worker that died over this unit
            left.unlink()
        events = EventWriter(self.folder, stem)
        refused = RejectWriter(self.folder, f"{stem}-rejects")
        tallies: dict[int, FileTally] = {}
        for item in unit.read(self.options):
            if isinstance(item, EventBatch):
                events.add(item)
            elif isinstance(item, Reject):
                refused.add(item)
            else:
                tallies.setdefault(item.source, FileTally(item.source)).add(item)
        files = [*events.finish(), *write_rejects(self.folder, stem, refused.finish())]
        return Taken(tuple(files), tuple(tallies.values()))

    def split(self, unit: Unit) -> list[Unit]:
        """Return a lost unit's parts."""
        return unit.split()

    def limit_s(self, unit: Unit, *, is_first: bool) -> float:  # noqa: ARG002 - nothing is compiled
        """Return the time that is far too long for a unit of this size."""
        return limit_of(unit)


def write_rejects(folder: Path, stem: str, runs: Sequence[Run]) -> list[StagedFile]:
    """Write sorted runs of rejects as one file of the case, if there are any."""
    if not runs:
        return []
    path = folder / f"{stem}-rejects.parquet"
    sources = []
    with ParquetFile(path, REJECTS) as writer:
        for table in merge_runs(runs, rejects.KEY):
            rows = table.cast(rejects.SCHEMA).rename_columns(REJECTS.names)
            writer.write_table(rows)
            sources.append(rows.select(["event.source"]))
    spans = plain_spans(pa.concat_tables(sources))
    count = sum(span.rows for span in spans)
    return [staged(path, Kind.REJECTS, "rejects", count, spans)]
