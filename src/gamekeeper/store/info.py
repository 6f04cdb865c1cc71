"""What is in a case, in numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gamekeeper.store.records import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gamekeeper.store.records import Span, StoredFile
    from gamekeeper.store.snapshot import Snapshot


@dataclass(slots=True)
class Extent:
    """Events of one kind, and when they happened (FILETIMEs)."""

    events: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, span: Span) -> None:
        """Take what one file holds."""
        self.events += span.rows
        if span.first is not None and span.last is not None:
            self.first = span.first if self.first is None else min(self.first, span.first)
            self.last = span.last if self.last is None else max(self.last, span.last)


@dataclass(slots=True)
class Info:
    """The numbers of one case at one moment."""

    total: Extent = field(default_factory=Extent)
    datasets: dict[str, Extent] = field(default_factory=dict)
    hosts: dict[str, Extent] = field(default_factory=dict)
    channels: dict[str, Extent] = field(default_factory=dict)
    sources: int = 0
    source_bytes: int = 0
    records_present: int = 0
    copies: int = 0
    rejects: int = 0
    recovered: int = 0
    forgotten: int = 0  # events and copies that were taken out of logs that are still there
    files: int = 0
    bytes: int = 0


def info(snapshot: Snapshot) -> Info:
    """Return the numbers of a case; nothing but the manifest is read."""
    found = Info()
    events = snapshot.of_kind(Kind.EVENTS)
    for file in events:
        for span in file.spans:
            found.total.add(span)
    found.datasets = _by(events, lambda file, _: file.dataset)
    found.hosts = _by(events, lambda _, span: span.host)
    found.channels = _by(events, lambda _, span: span.channel)
    sources = snapshot.sources()
    found.sources = len(sources)
    found.source_bytes = sum(source.size_bytes for source in sources)
    found.records_present = sum(source.records_present for source in sources)
    found.rejects = sum(source.rejects for source in sources)
    found.copies = sum(file.rows for file in snapshot.of_kind(Kind.WITNESSES))
    found.recovered = sum(file.rows for file in snapshot.of_kind(Kind.RECOVERED))
    found.forgotten = sum(
        rows
        for (_, kind), rows in snapshot.forgotten.items()
        if kind in {Kind.EVENTS, Kind.WITNESSES}
    )
    found.files = len(snapshot.files)
    found.bytes = sum(file.size_bytes for file in snapshot.files)
    return found


def _by(
    files: Iterable[StoredFile], name_of: Callable[[StoredFile, Span], str]
) -> dict[str, Extent]:
    found: dict[str, Extent] = defaultdict(Extent)
    for file in files:
        for span in file.spans:
            found[name_of(file, span)].add(span)
    return dict(sorted(found.items(), key=lambda item: (-item[1].events, item[0])))
