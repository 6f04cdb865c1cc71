"""Runs of rules over a case, kept in it: when, with which rules, what they found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from gamekeeper.model.events import TEXT
from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.store import incidents
from gamekeeper.store.clock import now
from gamekeeper.store.habits import write_habits
from gamekeeper.store.manifest import add_batch, add_files, retire
from gamekeeper.store.records import Kind, Span, StagedFile
from gamekeeper.store.writing import ParquetFile, staged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.store.commit import Writer
    from gamekeeper.store.manifest import Manifest
    from gamekeeper.store.snapshot import Snapshot

_ROWS: Final = 65_536
_RULE_COLUMNS: Final = ("rule.id", "rule.title", "rule.level")
#: Matches as a case keeps them: with the rule spelt out, since its number means something in one run only.
KEPT_MATCHES: Final = pa.schema([*(pa.field(name, TEXT) for name in _RULE_COLUMNS), *MATCH_SCHEMA])


@dataclass(frozen=True, slots=True)
class RuleName:
    """What a match says of its rule."""

    id: str
    title: str
    level: str


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run; ``batch`` is the last one whose events took part."""

    number: int
    finished_at: str
    batch: int
    rules: str  # digest of the rule set
    summary: dict[str, object]


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to keep. ``findings`` are (id, JSON document), in their order."""

    batch: int
    rules: str
    is_whole: (
        bool  # it looked at all events; one that did not adds to what the runs before it found
    )
    summary: bytes
    findings: Sequence[tuple[str, bytes]]
    names: Sequence[RuleName]
    matches: Iterable[pa.RecordBatch]
    habits: Iterable[pa.RecordBatch] | None = None  # None: the memory stays as it is
    incidents: Sequence[tuple[str, bytes]] = ()  # (id, JSON document), best first


def publish(writer: Writer, run: NewRun) -> int:
    """Keep a run and return its number; a whole run replaces the matches of those before it."""
    files = _write_matches(writer, run)
    if run.habits is not None:
        files += write_habits(writer.staging, run.habits)
    manifest = writer.manifest
    placed = writer.placed(files)
    with manifest.transaction() as connection:
        number = add_batch(connection, "run", now())
        add_files(connection, placed, number)
        older = [file.number for file in manifest.files(Kind.MATCHES) if file.batch != number]
        retire(connection, older if run.is_whole else (), number)
        if run.habits is not None:
            forgotten = [f.number for f in manifest.files(Kind.HABITS) if f.batch != number]
            retire(connection, forgotten, number)
        cursor = connection.execute(
            "INSERT INTO runs (finished_at, batch, rules, summary) VALUES (?, ?, ?, ?)",
            (now(), run.batch, run.rules, run.summary.decode()),
        )
        assert cursor.lastrowid is not None
        connection.executemany(
            "INSERT INTO findings VALUES (?, ?, ?, ?)",
            [
                (cursor.lastrowid, place, name, finding.decode())
                for place, (name, finding) in enumerate(run.findings)
            ],
        )
        if run.is_whole:  # incidents of a part of the events are no word on the case
            incidents.keep(connection, cursor.lastrowid, run.incidents)
    return cursor.lastrowid


def _write_matches(writer: Writer, run: NewRun) -> list[StagedFile]:
    path = writer.staging / "matches.parquet"
    rows = 0
    with ParquetFile(path, KEPT_MATCHES) as parquet:
        for batch in run.matches:
            table = pa.Table.from_batches([named(batch, run.names)])
            parquet.write_table(table)
            rows += batch.num_rows
    if not rows:
        return []
    spans = (Span(-1, "", "", rows, rows, None, None),)
    return [staged(path, Kind.MATCHES, "matches", rows, spans)]


def named(batch: pa.RecordBatch, names: Sequence[RuleName]) -> pa.RecordBatch:
    """Return matches with their rules spelt out."""
    codes = batch.column("rule")
    columns = [
        pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.utf8()))
        .cast(pa.utf8())
        .dictionary_encode()
        for texts in (
            [name.id for name in names],
            [name.title for name in names],
            [name.level for name in names],
        )
    ]
    return pa.RecordBatch.from_arrays([*columns, *batch.columns], schema=KEPT_MATCHES)


def runs(manifest: Manifest) -> tuple[StoredRun, ...]:
    """Return all runs, the first one first."""
    rows = manifest.connection.execute(
        "SELECT number, finished_at, batch, rules, summary FROM runs ORDER BY number"
    )
    return tuple(
        StoredRun(number, finished_at, batch, rules, orjson.loads(summary))
        for number, finished_at, batch, rules, summary in rows
    )


def setting(manifest: Manifest, name: str) -> str | None:
    """Return a setting of the last run in which it was set; None where it never was."""
    rows = manifest.connection.execute(
        "SELECT json_extract(summary, '$.settings.' || ?) FROM runs ORDER BY number DESC", (name,)
    )
    return next((str(value) for (value,) in rows if value is not None), None)


def findings(manifest: Manifest, run: int) -> list[dict[str, object]]:
    """Return the findings of a run as documents, in their order."""
    rows = manifest.connection.execute(
        "SELECT finding FROM findings WHERE run = ? ORDER BY place", (run,)
    )
    return [orjson.loads(text) for (text,) in rows]


def matches(snapshot: Snapshot, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the matches of the last whole run and of those after it: ``KEPT_MATCHES``, or some columns.

    Each run's are in order of time, event id and rule.
    """
    wanted = None if columns is None else list(columns)
    for file in snapshot.of_kind(Kind.MATCHES):
        with pq.ParquetFile(snapshot.layout.path(file.path)) as stored:
            yield from stored.iter_batches(_ROWS, columns=wanted)
