"""Breaks: places where a log does not say what it should, and what may have made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable


class Standing(StrEnum):
    """How far tampering is established. The words of every report."""

    PROVED = "proved"  # the bytes or the log itself say so; no innocent cause fits
    LIKELY = "likely"  # tampering explains it best
    POSSIBLE = "possible"  # an innocent cause explains it as well
    EXPLAINED = "explained"  # an innocent cause is shown by evidence of its own


class Strength(IntEnum):
    """How much evidence carries, for a cause or for tampering."""

    NONE = 0
    WEAK = 1  # would also be seen without it
    STRONG = 2  # would rarely be seen without it
    CERTAIN = 3  # cannot be seen without it


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement and the record or the bytes that it rests on; places that are not known are None."""

    text: str
    source: int | None = None  # number of the input file
    offset: int | None = None  # byte position in it
    record: int | None = None  # EventRecordID
    filetime: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cause held against a break: what speaks for it and what against it."""

    cause: str  # a stable word: "reboot", "rotation"
    strength: Strength
    speaks_for: tuple[Evidence, ...] = ()
    speaks_against: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What a check sees, before causes are weighed.

    ``host`` is the short, folded name; ``channel`` is empty where all of a host's channels are meant.
    ``start`` and ``stop`` bound the time about which something cannot be trusted or is missing, FILETIME.
    ``records`` are the first and last EventRecordID concerned: those that are missing, where some are.
    """

    check: str
    text: str  # one sentence for people
    tampering: str  # the cause where no innocent one fits: "cleared", "records removed"
    strength: Strength  # for tampering, by itself
    host: str = ""
    channel: str = ""
    start: int | None = None
    stop: int | None = None
    records: tuple[int | None, int | None] = (None, None)
    source: int | None = None
    evidence: tuple[Evidence, ...] = ()
    #: Innocent causes that could show like this; others are not weighed.
    innocent: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    account: str = ""  # who did it, where a record says so


@dataclass(frozen=True, slots=True)
class Break:
    """An anomaly with its causes weighed. ``explanations``: the best first."""

    anomaly: Anomaly
    standing: Standing
    cause: str
    explanations: tuple[Explanation, ...] = ()

    @property
    def lowers_trust(self) -> bool:
        """Whether silence in its time may hide something."""
        return self.standing is not Standing.EXPLAINED


@dataclass(frozen=True, slots=True)
class SourceNature:
    """What kind of copy of a log one input file is, and how that is known.

    ``kind``: "native" (taken from a host at rest), "live copy" (taken while in use), "export" (written by
    the event log service or a viewer), "filtered export", "forwarded" (a collector's log), "text export",
    "unknown".
    """

    source: int
    kind: str
    because: tuple[str, ...] = ()


#: One row an hour in which a host's channel spoke or should have spoken. ``hour``: FILETIME of its
#: start; ``score``: 100 trusted to 0 known to be tampered with; ``standing``: of the worst break, or "".
TIMELINE_SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("hour", pa.int64(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),
        pa.field("score", pa.int16(), nullable=False),
        pa.field("standing", pa.utf8(), nullable=False),
        pa.field("breaks", pa.int32(), nullable=False),
    ]
)


class Timeline(Protocol):
    """The rows of a timeline in order of host, channel and hour, however many; a table is one, too."""

    @property
    def num_rows(self) -> int:
        """How many rows there are."""

    def to_batches(self) -> Iterable[pa.RecordBatch]:
        """Return the rows in batches of TIMELINE_SCHEMA."""


@dataclass(frozen=True, slots=True)
class IntegrityResult:
    """What the logs say of themselves. Breaks: gravest first, then by host, channel and time."""

    breaks: tuple[Break, ...] = ()
    natures: tuple[SourceNature, ...] = ()
    timeline: Timeline = field(default_factory=TIMELINE_SCHEMA.empty_table)
    #: Short names of hosts and folded names of channels → the spelling met most often.
    hosts: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    #: Checks that ran, in order.
    checks: tuple[str, ...] = ()
