"""Events that Windows itself says it lost or could not write.

Sees: 1101 (audit events dropped by the transport), 1108 (an event that the service could not process) and
Sysmon 255 (its queue ran over, or its driver cannot be reached).

What else explains it: a crash or restart (1101 is how Windows reports a dirty stop), more events than the
machine can write.

Blind: what was lost is not told; sessions of event tracing that were stopped lose without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.model.breaks import Anomaly, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

_EVENTLOG: Final = "Microsoft-Windows-Eventlog"
_SYSMON: Final = "Microsoft-Windows-Sysmon"
#: Reports of one loss.
_ONE_LOSS: Final = 10 * MINUTE
_TEXTS: Final = {
    1101: "Audit events were dropped before they were written",
    1108: "The event log service could not process an event",
    255: "Sysmon reports an error",
}


class EventsDropped:
    """Looks for reports of lost events."""

    name = "events_dropped"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a loss; reports of it that follow closely are its evidence."""
        events = telling(facts)
        for host in events.hosts:
            for code in (1101, 1108):
                found = events.of(host, code, provider=_EVENTLOG, channel="Security")
                yield from (_judged(loss) for loss in _losses(found))
            found = events.of(host, 255, provider=_SYSMON)
            yield from (_judged(loss) for loss in _losses(found))


def _losses(events: list[TellingEvent]) -> list[list[TellingEvent]]:
    losses: list[list[TellingEvent]] = []
    for event in events:
        if losses and event.filetime - losses[-1][-1].filetime <= _ONE_LOSS:
            losses[-1].append(event)
        else:
            losses.append([event])
    return losses


def _judged(loss: list[TellingEvent]) -> Anomaly:
    first, last = loss[0], loss[-1]
    more = first.fields.get("Description") or first.fields.get("PublisherName") or ""
    text = _TEXTS[first.code] + (f": {more}" if more else "")
    return Anomaly(
        check=EventsDropped.name,
        text=text,
        tampering="events dropped",
        strength=Strength.WEAK,
        host=first.host,
        channel=first.channel,
        start=first.filetime,
        stop=last.filetime,
        source=first.source,
        evidence=tuple(one.evidence(f"{one.code}: {text}") for one in loss[:5]),
        innocent=("crash", "reboot", "overload"),
        techniques=("T1562.002",),
    )
