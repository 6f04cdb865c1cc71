"""Small cases for tests, made of logs or of batches, without the command that takes logs in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import EventBatch
from gamekeeper.model.tallies import FileTally
from gamekeeper.store.case import Case, now
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.records import StoredSource
from gamekeeper.store.writing import EventWriter


def case_of(root: Path, *parts: Iterable[EventBatch] | Path) -> Case:
    """Make a case of logs (paths) or batches; each part is one commit. Sources keep their numbers."""
    case = Case.create(root, "Example Utility")
    known: set[int] = set()
    with Writer(case) as writer:
        for number, part in enumerate(parts):
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
    return case
