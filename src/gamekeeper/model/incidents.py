"""Incidents: the few stories that signals add up to, and what stands behind every sentence of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class SignalKind(StrEnum):
    """What a signal comes from."""

    MATCH = "match"  # rules that are true for an event
    CHAIN = "chain"  # a sequence of events
    BREAK = "break"  # a log that does not say what it should
    ANOMALY = "anomaly"  # something that is new or rare here
    CONTEXT = "context"  # no signal by itself: what a process of the incident started


@dataclass(frozen=True, slots=True)
class Matched:
    """One condition of a rule that was true, and what the event held in the field; texts of logs."""

    field: str  # "" for a condition on the whole event, or on several events
    op: str  # in Sigma's words: "endswith", "contains|cased"; "equals" where a rule names none
    value: str
    held: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One rule, chain, check or baseline that speaks in a signal, and how rare that is here.

    ``matched``: by which conditions a rule was true, in steps that people read.
    """

    id: str
    title: str
    level: str
    bits: float
    because: str = ""  # "its like was seen on 3 host-days of 24"
    matched: tuple[Matched, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that speaks for an intrusion: one event or many equal ones of a day, weighed.

    ``event_ids`` are ``source:offset`` of a few events that stand for all ``count`` of them. ``entities`` are
    (kind, value) pairs that people can pivot on: program, process, session, address, file.
    """

    id: str  # of what stays the same over reruns and copies: the first event's fingerprint
    kind: SignalKind
    bits: float
    host: str
    account: str
    first_seen: int | None  # FILETIME
    last_seen: int | None
    count: int
    text: str
    said: tuple[Said, ...] = ()
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()
    entities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story. ``joined`` says by what the step hangs on the others; ``from_host``: a hop."""

    time: int | None  # FILETIME
    host: str
    account: str
    tactic: str
    technique: str
    text: str
    event_ids: tuple[str, ...]
    kind: SignalKind = SignalKind.MATCH
    bits: float = 0.0
    count: int = 1
    last_time: int | None = None
    from_host: str = ""
    joined: str = ""
    said: tuple[Said, ...] = ()
    techniques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """A way from one host to another that an intruder took or may have taken."""

    time: int | None
    from_host: str
    to_host: str
    account: str
    how: str  # "Remote Desktop", "network logon"


@dataclass(frozen=True, slots=True)
class Reached:
    """A host that an incident went on to, or asked for, and of which no step tells."""

    time: int | None
    host: str  # a host that logs, else a name or an address as a command has it
    from_host: str
    account: str
    how: str  # "Remote Desktop", "network logon", or what the command was
    event_ids: tuple[str, ...] = ()
    is_asked: bool = False  # a command names it: whether it was reached is not known
    role: str = ""  # as a list of assets says

    @property
    def way(self) -> str:
        """How somebody came there, or that a command asked for it."""
        return f"a command asked for it ({self.how})" if self.is_asked else self.how

    def with_role(self, role: str) -> Reached:
        """Return the same with what its host is for."""
        return replace(self, role=role)


@dataclass(frozen=True, slots=True)
class Benign:
    """The best innocent story, and what it leaves unexplained.

    ``explains`` is the share of the incident's weight that it explains, from 0 to 1; a security test explains
    all by its nature, and ``ordinary`` says what ordinary work would.
    """

    text: str
    fails_to_explain: tuple[str, ...] = ()
    name: str = ""  # "administrator's work"
    explains: float = 0.0
    ordinary: float = 0.0


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do; ``because`` names what was seen that asks for it."""

    phase: str  # "before", "contain", "evict", "recover", "watch"
    text: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure this is an intrusion, in estimative words, and why."""

    word: str  # "almost certain", "very likely", "likely", "even chance", "unlikely"
    because: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose way of working an incident resembles: filled by attribution, never here.

    Where a claim weighs somebody, ``who`` is that group or rival, with its ``probability`` and ``bits``.
    """

    name: str
    text: str
    who: str = ""
    probability: float | None = None
    bits: float | None = None


@dataclass(frozen=True, slots=True)
class DecidedOn:
    """What an incident was when somebody decided about it."""

    signals: int
    score_bits: float
    severity: str
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposition:
    """What somebody decided about an incident; nothing said stays empty.

    ``decided_on`` is what the status was given for; None where that is not known any more.
    """

    status: str = "new"
    owner: str = ""
    note: str = ""
    changed_at: str = ""
    decided_on: DecidedOn | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decisions amount to for an incident as it is now.

    ``counts_as`` is a status: that of ``said`` unless the incident outgrew it, or the gravest of those that
    were given to what are parts of it now. ``grown`` says in words by how much it grew since. ``others`` are
    decisions about parts, each with the id that the part had, the gravest first.
    """

    said: Disposition = field(default_factory=Disposition)
    counts_as: str = "new"
    grown: str = ""
    others: tuple[tuple[str, Disposition], ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """ISO times of UTC: when a case first kept an incident, in its own time, and when that last changed."""

    created: str
    modified: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Signals that belong together. Steps are in order of time."""

    id: str  # from the earliest signal that weighs something; survives reruns and grows with evidence
    rank: int  # 1 is the first to look at
    score_bits: float
    severity: str
    headline: str
    confidence: Confidence
    first_seen: int | None
    last_seen: int | None
    hosts: tuple[str, ...]
    accounts: tuple[str, ...]
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]
    steps: tuple[Step, ...]
    benign: Benign
    response: tuple[Action, ...] = ()
    collect: tuple[str, ...] = ()
    credentials_lost: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()
    caveats: tuple[str, ...] = ()
    signals: int = 0
    events: int = 0
    anchors: tuple[str, ...] = ()  # fingerprints of events by which a rerun knows it again
    supersedes: tuple[str, ...] = ()
    attribution: tuple[Claim, ...] = ()
    reached: tuple[Reached, ...] = ()  # hosts to look at first that are none of the incident's yet
    possible_techniques: tuple[str, ...] = ()  # that rules name beside what they say
