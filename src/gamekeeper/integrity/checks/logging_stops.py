"""An event log service that stopped while the machine did not.

Sees: 1100 (Security) and 6006 (System) without a stop of the machine near them, followed by records of the
same host without a start of the machine in between: somebody stopped the service alone. A clean shutdown
writes both, too, and is nothing.

What else explains it: an update or repair of the service; a hypervisor that pulls the plug after the
service went down (then a start follows, and there is nothing to see); an export that left out the records
of stops and starts.

Blind: a log that ends with 1100, the machine never heard of again; a service stopped long before a real
shutdown, where the System log is not at hand; threads of the service that were killed or suspended write
nothing (see ``silent_hosts`` and ``silent_channels``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE, SPREAD, machines
from gamekeeper.model.breaks import Anomaly, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

_EVENTLOG: Final = "Microsoft-Windows-Eventlog"
#: 1100 and 6006 of one stop.
_ONE_STOP: Final = 2 * MINUTE


class LoggingStops:
    """Looks for stops of the event log service alone."""

    name = "logging_stops"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a stop."""
        events = telling(facts)
        for host in events.hosts:
            stops = events.of(host, 1100, provider=_EVENTLOG, channel="Security")
            stops += events.of(host, 6006, provider="EventLog", channel="System")
            stops.sort(key=lambda event: event.filetime)
            last = None
            for stop in stops:
                if last is None or stop.filetime - last > _ONE_STOP:
                    yield from _judged(facts, stop)
                last = stop.filetime


def _judged(facts: Facts, stop: TellingEvent) -> Iterator[Anomaly]:
    machine = machines(facts).of(stop.host)
    if machine.stop_near(stop.filetime) is not None:
        return
    presence = coverage(facts).log(stop.host, stop.channel)
    resumed = presence.next_after(stop.filetime + MINUTE)
    start = machine.start_after(stop.filetime - MINUTE)
    goes_on = resumed < 2**62
    if start is not None and (not goes_on or start.filetime <= resumed + SPREAD):
        return
    if not goes_on:
        return
    again = next((e for e in machine.log_starts if e.filetime >= stop.filetime), None)
    proof = machine.up_through(stop.filetime, max(resumed, stop.filetime))
    evidence = [stop.evidence(f"{stop.code}: the event log service stopped")]
    if again is not None and again.filetime <= resumed + SPREAD:
        evidence.append(again.evidence("6005: it started again, without a start of the machine"))
        resumed = max(stop.filetime, min(resumed, again.filetime))
    if proof is not None:
        evidence.append(proof.evidence("6013: the machine had been up all the time"))
    yield Anomaly(
        check=LoggingStops.name,
        text="The event log service was stopped while the machine went on",
        tampering="logging stopped",
        strength=Strength.CERTAIN if proof is not None else Strength.STRONG,
        host=stop.host,
        start=stop.filetime,
        stop=resumed,
        source=stop.source,
        evidence=tuple(evidence),
        innocent=("reboot", "crash", "export"),
        techniques=("T1562.002",),
    )
