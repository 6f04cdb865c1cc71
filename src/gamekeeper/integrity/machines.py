"""Machines as their logs tell of them: starts, stops, crashes, sleep, and proofs of being up.

A start is told by the kernel (12) and by Security 4608; the event log's 6009 counts beside them, or where
the kernel would not be heard. 6005 and 6009 alone are a start of the event log, which is within an
intruder's reach. A stop is clean where the kernel says 13 or 109, or an account asked for it (1074,
Security 4609); 6006 and 1100 say only that the event log stopped. 41 and 6008 say that the stop before was
none. 6013 tells how long the machine has been up, and so that it did not restart meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.ledger import ledger
from gamekeeper.integrity.rows import by_host
from gamekeeper.model.breaks import Evidence
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.integrity.coverage import Presence
    from gamekeeper.integrity.events import TellingEvent, TellingEvents
    from gamekeeper.integrity.facts import Facts

SECOND: Final = 10_000_000
MINUTE: Final = 60 * SECOND
#: Marks of one start or stop lie within this time of each other.
SPREAD: Final = 10 * MINUTE
#: Clock synchronisation right after a start moves marks against each other, and 6013 rounds.
UPTIME_SLACK: Final = 15 * MINUTE

_GENERAL: Final = fold("Microsoft-Windows-Kernel-General")
_POWER: Final = fold("Microsoft-Windows-Kernel-Power")
_AUDITING: Final = fold("Microsoft-Windows-Security-Auditing")
_EVENTLOG: Final = "eventlog"
STARTS: Final = frozenset({(_GENERAL, 12), (_AUDITING, 4608), (_EVENTLOG, 6009)})
STOPS: Final = frozenset({(_GENERAL, 13), (_POWER, 109), ("user32", 1074), (_AUDITING, 4609)})
CRASHES: Final = frozenset({(_POWER, 41), (_EVENTLOG, 6008)})
SLEEPS: Final = frozenset({(_POWER, 42), (_POWER, 506)})
WAKES: Final = frozenset(
    {(_POWER, 107), (_POWER, 507), (fold("Microsoft-Windows-Power-Troubleshooter"), 1)}
)
#: What the event log itself says when it starts and stops.
LOG_STARTS: Final = frozenset({(_EVENTLOG, 6005)})


@dataclass(frozen=True, slots=True)
class Downtime:
    """A time in which a machine could not write. ``kind``: "reboot", "crash" or "sleep".

    ``start`` is None where nothing tells when it began. ``both_told``: records mark both of its ends.
    """

    kind: str
    start: int | None
    stop: int
    both_told: bool
    evidence: tuple[Evidence, ...]


class Machine:
    """One host: when it started, stopped, fell and slept, and until when it was up."""

    def __init__(
        self, events: list[TellingEvent], is_unbroken: Callable[[TellingEvent], bool]
    ) -> None:
        """Take a host's telling events; ``is_unbroken``: no record near before one can be missing."""
        self.stops = [e for e in events if (e.provider, e.code) in STOPS]
        self.crashes = [e for e in events if (e.provider, e.code) in CRASHES]
        self.log_starts = [e for e in events if (e.provider, e.code) in LOG_STARTS]
        self._sleeps = [e for e in events if (e.provider, e.code) in SLEEPS]
        self._wakes = [e for e in events if (e.provider, e.code) in WAKES]
        self._uptimes = [
            (event.filetime - seconds * SECOND, event)
            for event in events
            if event.code == 6013 and (seconds := _seconds(event)) is not None
        ]
        marks = _starts(events, is_unbroken)
        self.starts = _moments([e for e in marks if e.code != 6009 or not self._was_up(e.filetime)])

    def downtimes(self, last_sign: dict[int, int | None]) -> list[Downtime]:
        """Return the times in which the host could not write, in order of their ends.

        ``last_sign``: the time of each start or wake → the last event before it.
        """
        found = [self._stop_before(start, last_sign.get(start.filetime)) for start in self.starts]
        found += self._slept()
        return sorted(found, key=lambda one: one.stop)

    def _stop_before(self, start: TellingEvent, last: int | None) -> Downtime:
        before = [e for e in self.stops if start.filetime - 400 * 24 * HOUR < e.filetime]
        before = [e for e in before if e.filetime <= start.filetime + SPREAD]
        ends = [e for e in before if last is None or e.filetime >= last - SPREAD]
        crash = [e for e in self.crashes if abs(e.filetime - start.filetime) <= SPREAD]
        told = start.evidence(f"the system started ({start.code})")
        if crash:
            said = crash[0].evidence(f"the stop before was not clean ({crash[0].code})")
            return Downtime("crash", last, start.filetime, False, (told, said))
        if not ends:
            return Downtime("reboot", last, start.filetime, False, (told,))
        end = ends[-1]
        said = end.evidence(f"the system was stopped ({end.code})")
        began = end.filetime if last is None else min(last, end.filetime)
        return Downtime("reboot", began, start.filetime, True, (said, told))

    def _slept(self) -> list[Downtime]:
        found = []
        for sleep in self._sleeps:
            wake = next((e for e in self._wakes if e.filetime > sleep.filetime), None)
            if wake is not None:
                said = (
                    sleep.evidence(f"the system went to sleep ({sleep.code})"),
                    wake.evidence(f"the system woke ({wake.code})"),
                )
                found.append(Downtime("sleep", sleep.filetime, wake.filetime, True, said))
        return found

    def start_after(self, time: int) -> TellingEvent | None:
        """Return the first start after a time."""
        return next((e for e in self.starts if e.filetime > time), None)

    def stop_near(self, time: int, *, before: int = 15 * MINUTE) -> TellingEvent | None:
        """Return a record of a clean stop near a time; one that somebody asked for may come well before."""
        near = [e for e in self.stops if time - before <= e.filetime <= time + SPREAD]
        return near[0] if near else None

    def up_through(self, start: int, stop: int) -> TellingEvent | None:
        """Return a record which proves that the machine did not restart between two times."""
        for began, event in self._uptimes:
            if began + UPTIME_SLACK < start and event.filetime >= stop:
                return event
        return None

    def _was_up(self, time: int) -> bool:
        return self.up_through(time, time) is not None


def _starts(
    events: list[TellingEvent], is_unbroken: Callable[[TellingEvent], bool]
) -> list[TellingEvent]:
    """Return the marks of starts. 6009 comes with every start of the event log, too, so it needs a witness.

    A start of the machine has one, 12 or Security 4608, where the host's logs have records of its kernel at
    all, and where no record before 6009 can be missing. An old system, or a choice of records, has none.
    """
    marks = [e for e in events if (e.provider, e.code) in STARTS]
    speaks = any(e.provider in (_GENERAL, _POWER) or e.code == 4608 for e in events)
    sure = [e.filetime for e in marks if e.provider != _EVENTLOG]
    return [
        e
        for e in marks
        if e.provider != _EVENTLOG
        or any(abs(e.filetime - time) <= SPREAD for time in sure)
        or not (speaks or is_unbroken(e))
    ]


def _moments(marks: list[TellingEvent]) -> list[TellingEvent]:
    """Return one mark a start, the first, marks in order of time. The same kind twice is two starts."""
    found: list[TellingEvent] = []
    kinds: set[int] = set()
    for mark in marks:
        if found and mark.filetime - found[-1].filetime <= SPREAD and mark.code not in kinds:
            kinds.add(mark.code)
            continue
        found.append(mark)
        kinds = {mark.code}
    return found


def _seconds(event: TellingEvent) -> int | None:
    """Return the uptime that 6013 tells: its first value of digits."""
    for name in sorted(event.fields):
        if name.startswith(("Data", "param")) and event.fields[name].isdigit():
            return int(event.fields[name])
    return None


_NEVER: Final = np.zeros(0, np.int64)


class Machines:
    """The machines of all hosts."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._events: TellingEvents = telling(facts)
        self._coverage = coverage(facts)
        sightings = by_host(facts.table("sightings").select(["host", "last"]))
        self._seen = {host: np.sort(rows["last"].to_numpy()) for host, rows in sightings.items()}
        self._machines: dict[str, Machine] = {}
        self._downtimes: dict[str, list[Downtime]] = {}

    def of(self, host: str) -> Machine:
        """Return a host's machine; of one whose logs tell nothing, nothing is known."""
        if host not in self._machines:
            self._machines[host] = Machine(self._events.of(host), self._is_unbroken)
        return self._machines[host]

    def downtimes(self, host: str, start: int, stop: int) -> list[Downtime]:
        """Return the downtimes of a host that touch a time."""
        if host not in self._downtimes:
            machine, presence = self.of(host), self._coverage.host(host)
            last = {e.filetime: self._last_sign(host, presence, e.filetime) for e in machine.starts}
            self._downtimes[host] = machine.downtimes(last)
        return [
            one
            for one in self._downtimes[host]
            if one.stop >= start and (one.start is None or one.start <= stop)
        ]

    def _is_unbroken(self, event: TellingEvent) -> bool:
        """Say whether a file as Windows wrote it has all records from well before an event up to it.

        Such files are EVTX, which only systems write whose kernel tells of its start.
        """
        log = ledger(self._facts).log(event.host, event.channel)
        copies = [c for c in (log.copies if log else ()) if c.is_whole]
        return event.record is not None and any(
            copy.reaches_back(event.record, event.filetime - SPREAD) for copy in copies
        )

    def _last_sign(self, host: str, presence: Presence, time: int) -> int | None:
        """Return when a host last wrote, or was seen by another, before a time."""
        seen = self._seen.get(host, _NEVER)
        at = int(np.searchsorted(seen, time))
        signs = [presence.last_before(time), int(seen[at - 1]) if at else None]
        return max((sign for sign in signs if sign is not None), default=None)


def machines(facts: Facts) -> Machines:
    """Return the machines of all hosts."""
    return facts.once("machines", Machines)


def covered(downtimes: list[Downtime], start: int, stop: int) -> float:
    """Return the share of a time in which the machine could not write."""
    if stop <= start:
        return 0.0
    total, reached = 0, start
    for one in downtimes:
        began = max(reached, start if one.start is None else one.start)
        ended = min(stop, one.stop)
        total += max(0, ended - began)
        reached = max(reached, ended)
    return total / (stop - start)
