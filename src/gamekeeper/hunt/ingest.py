"""Logs taken into a case: opened, told from those that are there already, read, and published in batches.

Every log is hashed before it is read, so that the same bytes are never taken in twice, whatever their name.
Work is published every few hundred megabytes of input; what a kill interrupts is read again from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.runner import Lost
from gamekeeper.engine.runner_local import LocalRunner
from gamekeeper.errors import NothingReadable, UsageError
from gamekeeper.hunt.hashing import digests_of
from gamekeeper.hunt.ingesting import IngestStage, Taken, write_rejects
from gamekeeper.hunt.inputs import Input, Inputs, gather
from gamekeeper.hunt.ledger import balance
from gamekeeper.hunt.losses import write_losses
from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.hunt.units import Unit, pack
from gamekeeper.hunt.workers import cores, workers_for
from gamekeeper.model.events import Fidelity
from gamekeeper.model.tallies import FileTally
from gamekeeper.sources.base import ReadOptions
from gamekeeper.store.accounts import source_accounts
from gamekeeper.store.case import Case
from gamekeeper.store.clock import now
from gamekeeper.store.commit import Batch, Bookmark, Writer
from gamekeeper.store.forget import empty
from gamekeeper.store.records import Kind, StoredFile, StoredSource
from gamekeeper.store.settle import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.hunt.progress import Progress
    from gamekeeper.hunt.request import Request
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.findings import SourceAccount
    from gamekeeper.model.results import Refusal

#: Bytes of input that one unit aims at: large enough that its files are worth having.
UNIT_BYTES: Final = 64 << 20
#: Bytes of input that are published in one transaction.
COMMIT_BYTES: Final = 256 << 20
_FIDELITIES: Final = {"": 0, Fidelity.LOSSLESS: 0, Fidelity.RENAMED: 1, Fidelity.LOSSY: 2}


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did."""

    sources: tuple[SourceAccount, ...]  # logs that were new, or not completely there
    known: tuple[tuple[str, str], ...]  # path, path of the log in the case with the same bytes
    refusals: tuple[Refusal, ...]
    events: int  # new in the case
    copies: int  # rows that are copies of events, of this ingest or of an earlier one
    unread: int  # files in no format that is known


def ingest(
    request: Request, case: Case, work: WorkFolder, progress: Progress | None = None
) -> Ingested:
    """Take logs into a case.

    Raises NothingReadable where no input is in a format that is known, CaseBusy where somebody writes.
    """
    with Writer(case) as writer:
        return _Ingest(request, writer, work, progress or NoProgress()).run()


@dataclass(slots=True)
class _Pending:
    """What waits for its transaction."""

    batch: Batch = field(default_factory=lambda: Batch("ingest"))
    size_bytes: int = 0


class _Ingest:
    """One run."""

    def __init__(
        self, request: Request, writer: Writer, work: WorkFolder, progress: Progress
    ) -> None:
        self._request = request
        self._writer = writer
        self._work = work
        self._progress = progress
        self._live: list[StoredFile] = list(writer.manifest.files(Kind.EVENTS))
        self._fidelity = {
            account.number: _FIDELITIES[account.fidelity]
            for account in source_accounts(writer.manifest)
        }
        self._pending = _Pending()
        self._unclosed: set[int] = set()  # read to the end, but the account was not completed
        self._events = 0
        self._copies = 0

    def run(self) -> Ingested:
        inputs = gather(self._request, self._work.folder("spool"), self._progress)
        if not inputs.readable:
            raise NothingReadable(inputs.why_nothing())
        files, known = self._told_apart(inputs)
        self._read(files)
        numbers = {file.origin.number for file in files} | self._unclosed
        self._close_books(numbers)
        self._publish()
        accounts = source_accounts(self._writer.manifest)
        return Ingested(
            sources=tuple(account for account in accounts if account.number in numbers),
            known=tuple(known),
            refusals=inputs.refusals,
            events=self._events,
            copies=self._copies,
            unread=len(inputs.files) - len(inputs.readable),
        )

    def _told_apart(self, inputs: Inputs) -> tuple[list[Input], list[tuple[str, str]]]:
        """Return what has to be read, numbered as in the case, and what is there already."""
        readable = inputs.readable
        self._progress.stage("hashing", inputs.size_bytes, "bytes")
        digests = self._hashed(readable)
        self._renew(set(digests))
        stored = {source.sha256: source for source in self._writer.manifest.sources()}
        following = max((source.number for source in stored.values()), default=-1) + 1
        done = self._writer.manifest.bookmarks()
        todo: dict[int, Input] = {}
        known: list[tuple[str, str]] = []
        fresh: list[StoredSource] = []
        paths: list[tuple[int, str]] = []
        for file, sha256 in zip(readable, digests, strict=True):
            source = stored.get(sha256)
            if source is None:
                source = self._source(file, sha256, following + len(fresh))
                stored[sha256] = source
                fresh.append(source)
            paths.append((source.number, file.origin.path))
            left = _renumbered(file, source.number, done.get(source.number, []))
            if source.number in todo or source.closed is not None:
                known.append((file.origin.path, source.path))
            elif left.ranges:
                todo[source.number] = left
            else:
                self._unclosed.add(source.number)
        self._writer.register(fresh, paths)
        return list(todo.values()), known

    def _renew(self, digests: set[str]) -> None:
        """Make room for logs that were forgotten, or that lost copies with one: they are read anew."""
        stale = [
            source.number
            for source in self._writer.manifest.sources()
            if source.sha256 in digests
            and (source.forgotten is not None or source.reread is not None)
        ]
        if stale:
            empty(self._writer, stale)
            self._live = list(self._writer.manifest.files(Kind.EVENTS))

    def _hashed(self, files: tuple[Input, ...]) -> list[str]:
        digests = []
        for file, sha256 in zip(
            files, digests_of([file.origin for file in files], cores()), strict=True
        ):
            if not sha256:
                raise UsageError(
                    f"{file.origin.path} cannot be read to its end; nothing was changed"
                )
            digests.append(sha256)
            self._progress.advance(file.origin.size_bytes)
        return digests

    def _source(self, file: Input, sha256: str, number: int) -> StoredSource:
        return StoredSource(
            number=number,
            sha256=sha256,
            size_bytes=file.origin.size_bytes,
            path=file.origin.path,
            format=file.format,
            organisation=self._writer.case.organisation,
            added_at=now(),
            ranges=len(file.ranges),
        )

    def _read(self, files: list[Input]) -> None:
        parts = [(file.format, list(file.ranges)) for file in files]
        units = list(pack(parts, UNIT_BYTES))
        size = sum(unit.size_bytes for unit in units)
        runs = self._work.folder("runs")
        workers = workers_for(self._request.workers, size, len(units))
        runner = LocalRunner(workers, runs)
        options = ReadOptions(self._request.source_tz, self._request.recover)
        stage = IngestStage(self._writer.workshop(), options)
        lost: list[Lost[Unit]] = []
        self._progress.stage("taking in", size, "bytes")
        for outcome in runner.map_batches(stage, units):
            events = 0
            if isinstance(outcome, Lost):
                lost.append(outcome)
            else:
                events = self._take(outcome.unit, outcome.result)
            self._progress.advance(outcome.unit.size_bytes, events=events)
        if lost:
            self._take_losses(lost, runner)

    def _take(self, unit: Unit, taken: Taken) -> int:
        batch = self._pending.batch
        batch.files += taken.files
        first = {part.origin.number: part.start for part in reversed(unit.ranges)}
        batch.tallies += [(first[tally.source], tally) for tally in taken.tallies]
        batch.bookmarks += [Bookmark(r.origin.number, r.start, r.stop) for r in unit.ranges]
        for tally in taken.tallies:
            worst = max(self._fidelity.get(tally.source, 0), _FIDELITIES[tally.fidelity])
            self._fidelity[tally.source] = worst
        self._pending.size_bytes += unit.size_bytes
        if self._pending.size_bytes >= COMMIT_BYTES:
            self._publish()
        return sum(tally.events for tally in taken.tallies)

    def _take_losses(self, lost: list[Lost[Unit]], runner: LocalRunner) -> None:
        """Account for what killed its reader: it is not tried again with every ingest."""
        written = write_losses(lost, runner, self._work.folder("runs"))
        batch = self._pending.batch
        batch.files += write_rejects(self._writer.staging, "lost", written.rejects)
        ranges = [part for item in lost for part in item.unit.ranges]
        batch.bookmarks += [Bookmark(r.origin.number, r.start, r.stop) for r in ranges]
        batch.tallies += [
            (part.start, tally) for part, tally in zip(ranges, written.tallies, strict=False)
        ]

    def _close_books(self, numbers: set[int]) -> None:
        """Make ``records present = events + rejects`` true in the open, for every source read now."""
        self._publish()
        writer = RejectWriter(self._work.folder("runs"), "unaccounted")
        for account in source_accounts(self._writer.manifest):
            if account.number in numbers:
                tally = FileTally(account.number)
                tally.records_present = account.records_present
                tally.events, tally.rejects = account.events, account.rejects
                gap = balance(tally)
                more = tally.records_present - account.records_present
                if gap is not None or more:
                    noted = FileTally(account.number, more, rejects=gap.count if gap else 0)
                    noted.notes = tally.notes
                    self._pending.batch.tallies.append((0, noted))
                if gap is not None:
                    writer.add(gap)
        files = write_rejects(self._writer.staging, "unaccounted", writer.finish())
        self._pending.batch.files += files
        self._pending.batch.closed += sorted(numbers)

    def _publish(self) -> None:
        """Take copies out and commit what waits."""
        batch = self._pending.batch
        self._pending = _Pending()
        if not (batch.files or batch.tallies or batch.bookmarks or batch.closed):
            return
        settled = settle(self._writer.case.layout, batch.files, self._live, self._fidelity)
        retired = set(settled.retired)
        gone = sum(file.rows for file in self._live if file.number in retired)
        self._writer.commit(replace(batch, files=settled.files, retired=settled.retired))
        self._events += _events(replace(batch, files=settled.files)) - gone
        self._copies += settled.copies
        self._live = list(self._writer.manifest.files(Kind.EVENTS))


def _events(batch: Batch) -> int:
    return sum(file.rows for file in batch.files if file.kind is Kind.EVENTS)


def _renumbered(file: Input, number: int, done: list[tuple[int, int]]) -> Input:
    """Return a file under the number of its source, without the parts that are in the case."""
    origin = replace(file.origin, number=number)
    ranges = [
        replace(part, origin=origin, start=start, stop=stop)
        for part in file.ranges
        for start, stop in _missing(part.start, part.stop, done)
    ]
    return Input(origin, file.format, tuple(ranges))


def _missing(start: int, stop: int, done: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what is left of a range without parts, which are in order.

    >>> list(_missing(0, 10, [(2, 4), (4, 5), (9, 12)]))
    [(0, 2), (5, 9)]
    """
    for first, last in done:
        if first >= stop:
            break
        if last <= start:
            continue
        if first > start:
            yield start, first
        start = max(start, last)
    if start < stop:
        yield start, stop
