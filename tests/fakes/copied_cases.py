"""Cases whose logs hold copies of each other's events, rejects and recovered records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePath

import pyarrow as pa

from fakes.cases import batches
from gamekeeper.model.build import Event
from gamekeeper.model.events import RecordState
from gamekeeper.model.tallies import FileTally
from gamekeeper.store.case import Case
from gamekeeper.store.clock import now
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.records import Kind, StagedFile, StoredSource
from gamekeeper.store.schemas import REJECTS
from gamekeeper.store.settle import plain_spans, settle
from gamekeeper.store.writing import EventWriter, ParquetFile, staged

Log = Iterable[Event]


def copied_case(root: Path, *logs: Log, rejects: int = 0) -> Case:
    """Make a case of logs, each of which has one source, in one commit each; copies are settled."""
    case = Case.create(root, "Example Utility")
    for log in logs:
        take(case, log, rejects=rejects)
    return case


def take(case: Case, log: Log, *, rejects: int = 0, is_closed: bool = True) -> None:
    """Take one log into a case, with ``rejects`` records in one reject where that is more than none."""
    events = list(log)
    source = events[0].source
    live = [event for event in events if event.state is RecordState.LIVE or event.state == 0]
    tally = FileTally(source, len(live) + rejects, len(live), rejects, len(events) - len(live))
    with Writer(case) as writer:
        known = {one.number for one in writer.manifest.sources()}
        if source not in known:
            writer.register(
                [
                    StoredSource(
                        source, f"{source:064x}", 1, f"logs/{source}.evtx", "evtx", "", now(), 1
                    )
                ]
            )
        parts = EventWriter(writer.staging, "new")
        for batch in batches(events):
            parts.add(batch)
        settled = settle(case.layout, parts.finish(), writer.manifest.files(Kind.EVENTS), {})
        files = [*settled.files, *(_rejects(writer.staging, source, rejects) if rejects else [])]
        writer.commit(
            Batch(
                "ingest",
                files,
                [Bookmark(source, 0, 1)],
                [(0, tally)],
                settled.retired,
                closed=[source] if is_closed else [],
            )
        )


def _rejects(folder: Path, source: int, count: int) -> list[StagedFile]:
    row = {
        "event.source": source,
        "event.offset": 7,
        "reason": "cut_off",
        "detail": "the file ends there",
        "event.record_id": None,
        "count": count,
        "raw": b"\x00",
    }
    table = pa.Table.from_pylist([row], REJECTS)
    path = folder / "rejects.parquet"
    with ParquetFile(path, REJECTS) as file:
        file.write_table(table)
    return [staged(path, Kind.REJECTS, "rejects", 1, plain_spans(table))]


def stored(case: Case, kind: Kind = Kind.EVENTS) -> dict[int, int]:
    """Return how many rows of each source a case has."""
    with case.snapshot() as snapshot:
        counts: Counter[int] = Counter()
        for file in snapshot.of_kind(kind):
            for span in file.spans:
                counts[span.source] += span.rows
        assert all(PurePath(file.path).parts[0] == file.kind for file in snapshot.files)
        return dict(sorted(counts.items()))
