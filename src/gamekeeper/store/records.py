"""What the manifest holds, as types."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a file of the case holds."""

    EVENTS = "events"  # each event once
    RECOVERED = "recovered"  # stale and carved records: never counted among events
    WITNESSES = "witnesses"  # further copies of events
    REJECTS = "rejects"  # what could not become an event
    HABITS = "habits"  # what baselines remember; the dataset is the form of its values
    MATCHES = "matches"  # what a run of rules found; the dataset is the run's number


@dataclass(frozen=True, slots=True)
class Span:
    """What a file holds of one source, host and channel. Times are FILETIMEs, None where no event has one."""

    source: int
    host: str  # short name, folded
    channel: str  # folded
    rows: int
    timeless: int  # rows among them that have no time
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One immutable file of the case."""

    number: int
    kind: Kind
    dataset: str
    path: str  # below the folder of the case, with forward slashes
    rows: int
    size_bytes: int
    sha256: str
    first: int | None
    last: int | None
    batch: int
    spans: tuple[Span, ...] = field(default=(), repr=False)
    words: tuple[bytes, ...] = field(default=(), repr=False)  # only on its way in
    columns: str = ""  # the mark of its columns, for files of events


@dataclass(frozen=True, slots=True)
class StoredSource:
    """One log that was taken in, or is being taken in."""

    number: int
    sha256: str
    size_bytes: int
    path: str
    format: str
    organisation: str
    added_at: str
    ranges: int  # how many it was cut into
    closed: int | None = None  # the batch that completed its account; None while parts are missing
    forgotten: int | None = None  # the batch that took it out; the next ingest may take it in again
    reread: int | None = (
        None  # the batch that took copies out of it, which only the log itself can give back
    )


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that was written and synced, and that no transaction has taken in yet."""

    kind: Kind
    dataset: str
    path: str  # absolute
    rows: int
    size_bytes: int
    sha256: str
    spans: tuple[Span, ...]
    words: tuple[bytes, ...] = field(default=(), repr=False)  # a filter for each row group
    batch: int = 0  # the one that brought its rows, where that is an earlier one

    def placed(self, number: int, path: str) -> StoredFile:
        """Return the file as it stands in its place, under its number."""
        return StoredFile(
            number=number,
            kind=self.kind,
            dataset=self.dataset,
            path=path,
            rows=self.rows,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            first=self.first,
            last=self.last,
            batch=self.batch,
            spans=self.spans,
            words=self.words,
        )

    @property
    def first(self) -> int | None:
        """The earliest time."""
        return min((span.first for span in self.spans if span.first is not None), default=None)

    @property
    def last(self) -> int | None:
        """The latest time."""
        return max((span.last for span in self.spans if span.last is not None), default=None)
