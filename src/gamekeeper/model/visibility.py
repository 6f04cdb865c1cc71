"""Visibility: what logs could have shown, on which hosts and days; and verdicts, which rest on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from gamekeeper.model.breaks import Evidence


class Sight(IntEnum):
    """Whether something would have been seen, had it happened."""

    BLIND = 0
    PARTLY = 1
    SEEN = 2


#: Sights as reports call them.
SIGHT_WORDS: Final = {
    Sight.SEEN: "seen if it happened",
    Sight.PARTLY: "partly",
    Sight.BLIND: "blind",
}


class Outcome(StrEnum):
    """What a check of readiness says."""

    FAIL = "fail"
    WARN = "warn"
    PASS = "pass"  # noqa: S105 - a verdict
    INFO = "info"
    CANNOT_TELL = "cannot tell"


class Verdict(StrEnum):
    """The answer to: did it happen? Gravest first."""

    AFFECTED = "affected"
    SUSPECTED = "suspected"
    CANNOT_TELL = "cannot tell"
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, slots=True)
class HostRole:
    """What a host is, and how that is known."""

    host: str  # short, folded
    roles: tuple[str, ...]
    because: str
    first: int | None = (
        None  # FILETIME of its first event; None for a host that an asset list names only
    )
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that would open something."""

    id: str
    text: str
    effort: int
    commands: tuple[str, ...] = ()
    policy: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of log readiness. ``hosts``: those that fail it; ``of``: all that were asked."""

    id: str
    title: str
    outcome: Outcome
    text: str
    hosts: tuple[str, ...] = ()
    of: int = 0
    evidence: tuple[Evidence, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()  # name, value
    change: Change | None = None
    behaviours: tuple[str, ...] = ()  # that are blind without the change
    chains: tuple[str, ...] = ()
    give: str = ""  # what would answer it, where logs cannot


@dataclass(frozen=True, slots=True)
class Kept:
    """How far back one log of one host reaches, against what is wanted."""

    host: str
    channel: str
    first: int
    last: int
    days: float
    events_per_day: int
    bytes_per_day: int | None  # None where files do not tell
    wanted_days: int
    forecast_days: float | None  # at the size that the log has, or has by default
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hosts and days on which a question stands alike. Days: FILETIME of their start, both included."""

    hosts: tuple[str, ...]
    first_day: int
    last_day: int
    sight: Sight
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """One question: a behaviour, a technique or a chain, and where it would have been seen."""

    id: str
    name: str
    stretches: tuple[Stretch, ...]
    host_days: tuple[int, int, int]  # blind, partly, seen
    techniques: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()  # kinds of log beyond the scope that would show it, too
    because: str = ""  # why nothing could be asked


@dataclass(frozen=True, slots=True)
class Opened:
    """A change and what it would open: questions that turn from blind or partly to seen."""

    change: Change
    hosts: tuple[str, ...]
    chains: tuple[str, ...]
    behaviours: tuple[str, ...]
    host_days: int  # summed over chains and behaviours
    per_effort: float


@dataclass(frozen=True, slots=True)
class Reply:
    """One of the questions that every organisation should be able to answer about its logs."""

    question: str
    answer: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on one question for some hosts and days, and the sentence that justifies it."""

    question: str
    name: str
    kind: str  # "chain" or "technique"
    verdict: Verdict
    because: str
    hosts: tuple[str, ...]
    first_day: int
    last_day: int
    host_days: int
    evidence: tuple[str, ...] = ()  # ids of findings
    is_too_early: bool = False  # dark for one reason: what is new cannot be known yet


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict over the whole scope, rolled up from its questions."""

    verdict: Verdict
    because: str
    caveats: tuple[str, ...]
    rulings: tuple[Ruling, ...]
    counts: tuple[tuple[Verdict, int], ...]  # host-days of questions by verdict
    outside: tuple[tuple[str, str], ...] = ()  # questions that are out of scope, and why


@dataclass(frozen=True, slots=True)
class VisibilityResult:
    """What logs could have shown. ``first_day`` and ``last_day`` bound the scope."""

    hosts: tuple[HostRole, ...] = ()
    first_day: int | None = None
    last_day: int | None = None
    replies: tuple[Reply, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    retention: tuple[Kept, ...] = ()
    chains: tuple[Coverage, ...] = ()
    techniques: tuple[Coverage, ...] = ()
    behaviours: tuple[Coverage, ...] = ()
    changes: tuple[Opened, ...] = ()  # those that open most for their effort first
    judgement: Judgement | None = None
    remarks: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)  # short host -> as it is written

    @property
    def cheapest_fix(self) -> Opened | None:
        """The one change that opens most for its effort."""
        return self.changes[0] if self.changes else None
