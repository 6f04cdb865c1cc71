"""A case held against itself: every byte, count and pointer that the manifest vouches for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.store.books import Books
from gamekeeper.store.checked_files import check
from gamekeeper.store.commit import strays
from gamekeeper.store.locks import reading
from gamekeeper.store.originals import Found, originals
from gamekeeper.store.pointers import lost, offset_of, source_of
from gamekeeper.store.records import Kind
from gamekeeper.store.snapshot import Snapshot
from gamekeeper.store.steps import NoSteps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gamekeeper.store.case import Case
    from gamekeeper.store.manifest import Manifest
    from gamekeeper.store.records import StoredSource
    from gamekeeper.store.steps import Steps

#: Pointers that are named one by one.
_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one place in the case, in words."""

    place: str
    detail: str


@dataclass(slots=True)
class Verdict:
    """What was looked at, what is wrong, and what is only worth knowing."""

    faults: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    files: int = 0
    size_bytes: int = 0
    sources: int = 0
    events: int = 0
    copies: int = 0
    logs_same: int = 0
    logs_gone: int = 0
    last_batch: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was written."""
        return not self.faults

    def fault(self, place: str, detail: str) -> None:
        """Note something that is wrong."""
        self.faults.append(Remark(place, detail))

    def remark(self, place: str, detail: str) -> None:
        """Note something that is worth knowing."""
        self.remarks.append(Remark(place, detail))


@dataclass(frozen=True, slots=True)
class Originals:
    """Whether the logs outside of the case are looked at, too, and what that takes."""

    spool: Path
    passwords: Sequence[str] = ()


def verify(case: Case, logs: Originals | None = None, steps: Steps | None = None) -> Verdict:
    """Return what is wrong with a case as it is now. Others may read and write meanwhile."""
    verdict = Verdict()
    steps = steps or NoSteps()
    with reading(case.layout.read_lock), closing(case.manifest()) as manifest:
        try:
            _verify(manifest, case, verdict, steps)
            if logs is not None:
                _verify_logs(manifest, logs, verdict, steps)
        except sqlite3.DatabaseError as error:
            verdict.fault(case.layout.manifest.name, f"it cannot be read: {error}")
    return verdict


def _verify(manifest: Manifest, case: Case, verdict: Verdict, steps: Steps) -> None:
    connection = manifest.connection
    for (line,) in connection.execute("PRAGMA integrity_check").fetchall():
        if line != "ok":
            verdict.fault(case.layout.manifest.name, str(line))
    for table, row, other, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        verdict.fault(case.layout.manifest.name, f"row {row} of {table} names no row of {other}")
    connection.execute("BEGIN")
    try:
        snapshot = Snapshot.seen(case.layout, manifest)
        sources = manifest.sources()
        books = Books(snapshot.forgotten)
        filters = dict(
            connection.execute("SELECT file, count(*) FROM words GROUP BY file").fetchall()
        )
        verdict.last_batch = manifest.last_batch()
        left = list(strays(case.layout, manifest))
    finally:
        connection.execute("ROLLBACK")
    _verify_files(snapshot, books, verdict, steps, filters)
    _verify_books(snapshot, books, sources, verdict)
    if verdict.is_sound:
        _verify_pointers(snapshot, sources, verdict, steps)
    named = {path for (path,) in connection.execute("SELECT path FROM files")}
    for path in left:
        relative = path.relative_to(case.layout.root).as_posix()
        if relative not in named and path.exists():
            verdict.remark(relative, "no transaction names it: the next one who writes removes it")


def _verify_files(
    snapshot: Snapshot, books: Books, verdict: Verdict, steps: Steps, filters: Mapping[int, int]
) -> None:
    steps.stage("checking files", sum(file.size_bytes for file in snapshot.files), "bytes")
    for file in snapshot.files:
        found = check(snapshot.layout.path(file.path), file)
        for detail in found.faults:
            verdict.fault(file.path, detail)
        if not found.faults and filters.get(file.number, 0) not in {0, found.groups}:
            verdict.fault(file.path, "the manifest has filters of words for other row groups")
        books.add(file.kind, found.counts, is_sure=not found.faults)
        verdict.files += 1
        verdict.size_bytes += file.size_bytes
        steps.advance(file.size_bytes)
    verdict.events = sum(books.stored[Kind.EVENTS].values())
    verdict.copies = sum(books.stored[Kind.WITNESSES].values())


def _verify_books(
    snapshot: Snapshot, books: Books, sources: Sequence[StoredSource], verdict: Verdict
) -> None:
    for source, account in zip(sources, snapshot.sources(), strict=True):
        place = f"log {source.number}, {source.path}"
        verdict.sources += 1
        for detail in books.faults(account, is_closed=source.closed is not None):
            verdict.fault(place, detail)
        if source.forgotten is not None:
            verdict.remark(place, "it was forgotten: its events are not part of the case")
        elif source.closed is None:
            verdict.remark(
                place, "it is not completely taken in: run 'gamekeeper ingest' on it again"
            )
        elif source.reread is not None:
            verdict.remark(
                place,
                "some of its records were copies of events that were forgotten with another log: "
                "'gamekeeper ingest' on it brings them back",
            )
    for number in books.strangers({source.number for source in sources}):
        verdict.fault(f"log {number}", "rows name it, the manifest does not")


def _verify_pointers(
    snapshot: Snapshot, sources: Sequence[StoredSource], verdict: Verdict, steps: Steps
) -> None:
    steps.stage("checking copies", 0, "rows")
    unfinished = {source.number for source in sources if source.closed is None}
    nowhere = lost(snapshot).tolist()
    waiting = [place for place in nowhere if source_of(place) in unfinished]
    wrong = [place for place in nowhere if source_of(place) not in unfinished]
    for place in wrong[:_NAMED]:
        verdict.fault(
            f"log {source_of(place)}", f"copies lead to byte {offset_of(place)}, where no event is"
        )
    if len(wrong) > _NAMED:
        verdict.fault("copies", f"{len(wrong) - _NAMED:,} more lead to places where no event is")
    if waiting:
        verdict.remark(
            "copies", f"{len(waiting):,} lead into logs that are not completely taken in"
        )


def _verify_logs(manifest: Manifest, logs: Originals, verdict: Verdict, steps: Steps) -> None:
    sources = [source for source in manifest.sources() if source.forgotten is None]
    steps.stage("checking logs", sum(source.size_bytes for source in sources), "bytes")
    for one in originals(sources, manifest.paths(), logs.spool, logs.passwords):
        steps.advance(one.source.size_bytes)
        place = f"log {one.source.number}, {one.path}"
        if one.found is Found.SAME:
            verdict.logs_same += 1
        elif one.found is Found.GONE:
            verdict.logs_gone += 1
            verdict.remark(place, "it is no longer there, or may not be read")
        else:
            verdict.fault(place, "its bytes are no longer those that were taken in")
