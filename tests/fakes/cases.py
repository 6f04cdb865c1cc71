"""Small cases for tests, made of logs or of batches, without the command that takes logs in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gamekeeper.hunt.api import read_events
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.model.tallies import FileTally
from gamekeeper.store.case import Case
from gamekeeper.store.clock import now
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.records import StoredSource
from gamekeeper.store.writing import EventWriter

#: 2026-01-01T00:00:00Z as a FILETIME.
NEW_YEAR = 134_116_992_000_000_000
SECOND = 10_000_000


def logon(number: int, **other: object) -> Event:
    """One 4624 of the host dc01, a second after the one before; ``other`` replaces fields of Event."""
    data = {
        "TargetUserName": f"user{number % 3}",
        "LogonType": "3",
        "IpAddress": f"10.0.0.{number % 250}",
    }
    system = {
        "Computer": "DC01.example.org",
        "Channel": "Security",
        "Provider_Name": "Microsoft-Windows-Security-Auditing",
    }
    fields: dict[str, object] = {
        "source": 0,
        "offset": 4096 + number * 100,
        "record_id": number,
        "filetime": NEW_YEAR + number * SECOND,
        "event_id": 4624,
        "event_record_id": number,
        "system": {**system, **other.pop("system", {})},  # type: ignore[dict-item]
        "data": tuple({**data, **other.pop("data", {})}.items()),  # type: ignore[dict-item]
    }
    return Event(**{**fields, **other})  # type: ignore[arg-type]


def batches(events: Iterable[Event], rows: int = 1000) -> list[EventBatch]:
    """Return events as a reader gives them."""
    builder = BatchBuilder(rows)
    found = [batch for event in events for batch in builder.add(event)]
    return [*found, *builder.flush()]


def case_of(root: Path, *parts: Iterable[EventBatch] | Path) -> Case:
    """Make a case of logs (paths) or batches; each part is one commit. Sources keep their numbers."""
    case = Case.create(root, "Example Utility")
    add_to(case, *parts)
    return case


def add_to(case: Case, *parts: Iterable[EventBatch] | Path, first: int = 0) -> None:
    """Commit further parts. ``first``: the number of the first of them."""
    with case.snapshot() as snapshot:
        known = {source.number for source in snapshot.sources()}
    with Writer(case) as writer:
        for number, part in enumerate(parts, first):
            batches = list(read_events(part) if isinstance(part, Path) else part)
            tallies: dict[int, FileTally] = {}
            events = EventWriter(writer.staging, str(number))
            for batch in batches:
                events.add(batch)
                for source in batch.table.column("event.source").to_pylist():
                    tally = tallies.setdefault(source, FileTally(source))
                    tally.events += 1
                    tally.records_present += 1
            fresh = [n for n in tallies if n not in known]
            writer.register(
                StoredSource(n, f"{n:064x}", 1, f"log-{n}", "evtx", "Example Utility", now(), 1)
                for n in fresh
            )
            known.update(fresh)
            writer.commit(
                Batch(
                    "ingest",
                    files=list(events.finish()),
                    bookmarks=[Bookmark(n, number, number + 1) for n in tallies],
                    tallies=[(number, tally) for tally in tallies.values()],
                )
            )
