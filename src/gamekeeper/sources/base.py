"""The contract between log formats and everything behind them.

A source is one file that knows one format: it recognises it by content, cuts a file into ranges that can
be read apart, counts the records present without decoding them, and reads ranges into batches. Reading
never fails as a whole: what cannot be read comes out as rejects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.model.build import BatchBuilder, Event

#: What a reader yields, in any order: events, what could not be one, and the account of each range.
Reading = EventBatch | Reject | Tally


@dataclass(frozen=True, slots=True)
class Origin:
    """One file to read, after every container around it has been opened."""

    number: int  # position in the run's sorted list of files: the first half of event.id
    path: str  # what people see: "logs.zip!Windows/System32/winevt/Logs/Security.evtx"
    local: Path  # where its bytes are; a spool file for members of archives
    size_bytes: int
    is_temporary: bool = False  # the spool file goes when the run ends
    modified: int | None = (
        None  # FILETIME at which it was written last, as its archive says exactly
    )


@dataclass(frozen=True, slots=True)
class Range:
    """A part of one file that can be read without the others."""

    origin: Origin
    start: int
    stop: int
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person asked of every reader."""

    source_tz: str = "UTC"  # zone of exports that name none
    recover: bool = False  # also yield stale and carved records
    paranoid: bool = False  # compare every field with the slow truth
    settings: dict[str, str] = field(default_factory=dict)


class Source(Protocol):
    """One log format."""

    name: str

    def sniff(self, head: bytes, path: str) -> float:
        """Say how surely ``head`` (up to 64 KiB of the file) is this format: 0 to 1, below zero never."""

    def ranges(self, origin: Origin) -> list[Range]:
        """Cut a file into ranges, in order, that cover it once; formats that cannot be cut give one."""

    def read(self, ranges: Sequence[Range], options: ReadOptions) -> Iterator[Reading]:
        """Yield the ranges' events and rejects, and one tally a range. Batches may span ranges."""


def batched(
    items: Iterable[Event | Reject], builder: BatchBuilder
) -> Iterator[EventBatch | Reject]:
    """Yield rejects as they come, and events once a batch of them is full."""
    for item in items:
        if isinstance(item, Reject):
            yield item
        else:
            yield from builder.add(item)


@runtime_checkable
class Dependent(Protocol):
    """A source that leans on a package that not everybody has installed."""

    def missing(self) -> str:
        """Return what to do before files of this format can be read; nothing where all is there."""
