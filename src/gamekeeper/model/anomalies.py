"""Anomalies: what is new here, how surprising that is, and compared with whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.model.habits import HabitStore


class Standing(StrEnum):
    """What becomes of something that was seen for the first time."""

    NEW = "new"  # the baseline knew enough to be surprised
    UNCONFIRMED = (
        "unconfirmed"  # a first way to a domain controller, while the baseline still learnt
    )
    CONFIRMED = "confirmed"  # somebody said that such a way is in order


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One habit's first day. ``parts``: its key as (what, value); ``event_id``: ``source:offset``."""

    id: str  # the same in every run that reads the event
    baseline: str
    standing: Standing
    title: str  # the same for all of one baseline
    host: str
    account: str
    time: int  # FILETIME of the first event
    parts: tuple[tuple[str, str], ...]
    bits: float  # 0 while it was learnt
    comparison: str
    source: int
    offset: int
    fingerprint: bytes
    days_known: int  # days for which the host or account had been known by then
    days_seen: int  # days on which it was seen so far
    role: str
    is_tier0: bool
    techniques: tuple[str, ...]
    observed: bool = False  # speaks in incidents
    because: str = ""  # why it does not

    @property
    def event_id(self) -> str:
        """The first event."""
        return f"{self.source}:{self.offset}"


@dataclass(frozen=True, slots=True)
class BaselineAccount:
    """What a baseline has learnt, and whether that is enough."""

    name: str
    whose: str
    entities: int  # hosts or accounts that it knows
    learnt: int  # those that it has known for long enough, on enough days
    keys: int  # distinct keys
    habits: int  # keys of hosts or accounts
    first_day: int | None  # FILETIME of its start
    last_day: int | None
    days: int  # days with any habit
    anomalies: int = 0  # those that are listed
    observed: int = 0
    unconfirmed: int = 0  # first ways to domain controllers in the time of learning
    passed: int = 0  # first seen while it learnt: no signal
    faint: int = 0  # new, but too common to be listed
    overflow: int = 0  # habits beyond what is kept of one host or account
    # Of those that it does not know well enough, the best known one:
    learning_known: int = 0  # for how many days
    learning_seen: int = 0  # on how many days it was seen

    @property
    def is_cold(self) -> bool:
        """Whether it knows nobody well enough."""
        return not self.learnt


@dataclass(frozen=True, slots=True)
class Baselines:
    """What all baselines say. Off where nobody asked for them."""

    accounts: tuple[BaselineAccount, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()  # in order of time
    learning_days: int = 0
    learn_until: int | None = None  # FILETIME: nothing before is judged
    remembered: int = 0  # rows that came from the memory of a case
    is_on: bool = False
    habits: HabitStore | None = None  # all that was learnt, for the memory of a case
