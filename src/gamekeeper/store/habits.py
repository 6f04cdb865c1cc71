"""What a case remembers of habits, for years: one file of rows, replaced as a whole by each run that is kept.

A way to a domain controller that was first seen while baselines learnt is in it like all others, and stays
unconfirmed until somebody says that it is in order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.model.events import TEXT
from gamekeeper.model.habits import FORM, OLDER_FORMS, SEEN_SCHEMA
from gamekeeper.store.clock import now
from gamekeeper.store.records import Kind, Span, StagedFile
from gamekeeper.store.writing import ParquetFile, staged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gamekeeper.store.commit import Writer
    from gamekeeper.store.manifest import Manifest
    from gamekeeper.store.snapshot import Snapshot

_ROWS: Final = 65_536
_NOW: Final = "now"
#: What is kept: all but whether a run saw it itself.
KEPT_HABITS: Final = pa.schema(
    [
        field.with_type(TEXT) if field.type == pa.utf8() else field
        for field in SEEN_SCHEMA
        if field.name != _NOW
    ]
)
#: Memory that was folded in another form is not read: its keys cannot be compared.
_DATASETS: Final = {f"habits-{form}": form for form in (*OLDER_FORMS, FORM)}
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS confirmed_ways (
  way TEXT PRIMARY KEY,
  note TEXT NOT NULL,
  confirmed_at TEXT NOT NULL
) STRICT
"""


def remembered(snapshot: Snapshot, form: int = FORM) -> Iterator[pa.RecordBatch]:
    """Yield what a case remembers in a form, as rows that this run did not see."""
    for file in snapshot.of_kind(Kind.HABITS):
        if _DATASETS.get(file.dataset) == form:
            yield from _rows(snapshot.layout.path(file.path))


def _rows(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as stored:
        for batch in stored.iter_batches(_ROWS):
            unseen = pa.repeat(pa.scalar(value=False), batch.num_rows)
            columns = {
                name: batch.column(name).cast(SEEN_SCHEMA.field(name).type)
                for name in KEPT_HABITS.names
            }
            arrays = [columns.get(name, unseen) for name in SEEN_SCHEMA.names]
            yield pa.RecordBatch.from_arrays(arrays, schema=SEEN_SCHEMA)


def write_habits(
    folder: Path, batches: Iterable[pa.RecordBatch], name: str = "habits", *, form: int = FORM
) -> list[StagedFile]:
    """Write rows of ``SEEN_SCHEMA`` as a file that waits to be published; none for no rows."""
    path = folder / f"{name}.parquet"
    rows = 0
    with ParquetFile(path, KEPT_HABITS) as parquet:
        for batch in batches:
            table = pa.Table.from_batches([batch]).select(KEPT_HABITS.names)
            parquet.write_table(table.cast(KEPT_HABITS))
            rows += batch.num_rows
    if not rows:
        return []
    dataset = f"habits-{form}"
    return [staged(path, Kind.HABITS, dataset, rows, (Span(-1, "", "", rows, rows, None, None),))]


def without(writer: Writer, source: int) -> tuple[list[StagedFile], list[int], int]:
    """Return the memory without what a log was the first to show: new files, files that go, rows that went.

    A row stands for a day of a habit and cites its first event only. So what other logs show of that day
    as well goes, too, and comes back when a run reads them; what cites another log stays.
    """
    made: list[StagedFile] = []
    retired: list[int] = []
    gone = 0
    for file in writer.manifest.files(Kind.HABITS):
        form = _DATASETS.get(file.dataset)
        if form is None:  # nobody reads it any more
            retired.append(file.number)
            continue
        path = writer.case.layout.path(file.path)
        stay = (one.filter(pc.not_equal(one.column("source"), source)) for one in _rows(path))
        left = write_habits(writer.staging, stay, f"habits-left-{file.number}", form=form)
        lost = file.rows - sum(one.rows for one in left)
        if lost:
            gone += lost
            retired.append(file.number)
            made += [replace(one, batch=file.batch) for one in left]
    return made, retired, gone


def confirmed_in(manifest: Manifest) -> frozenset[str]:
    """Return the ids of ways to domain controllers that somebody confirmed."""
    known = manifest.connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'confirmed_ways'"
    ).fetchone()
    if not known[0]:
        return frozenset()
    rows = manifest.connection.execute("SELECT way FROM confirmed_ways")
    return frozenset(way for (way,) in rows)


def confirm(manifest: Manifest, ways: Iterable[str], note: str = "") -> int:
    """Write that these ways are in order; return how many were not confirmed before."""
    with manifest.transaction() as connection:
        connection.execute(_TABLE)
        before = confirmed_in(manifest)
        new = [way for way in dict.fromkeys(ways) if way not in before]
        connection.executemany(
            "INSERT INTO confirmed_ways VALUES (?, ?, ?)", [(way, note, now()) for way in new]
        )
    return len(new)
