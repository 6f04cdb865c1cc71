"""Incidents get the breaks that concern them: what the logs of their hosts cannot be trusted with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.model.breaks import Break, IntegrityResult
    from gamekeeper.model.incidents import Incident

#: How long before and after an incident a break of one of its hosts concerns it.
_NEAR: Final = 24 * HOUR
#: Breaks that are told one by one.
_TOLD: Final = 5


def cautioned(
    incidents: Sequence[Incident], integrity: IntegrityResult | None
) -> tuple[Incident, ...]:
    """Return incidents with the breaks that concern them, the gravest first."""
    breaks = [one for one in integrity.breaks if one.lowers_trust] if integrity else []
    if integrity is None or not breaks:
        return tuple(incidents)
    return tuple(
        replace(one, caveats=(*one.caveats, *_told(one, breaks, integrity))) for one in incidents
    )


def _told(
    incident: Incident, breaks: Sequence[Break], integrity: IntegrityResult
) -> tuple[str, ...]:
    hosts = {short_host(host) for host in incident.hosts}
    near = [one for one in breaks if one.anomaly.host in hosts and _is_near(one, incident)]
    told = [_sentence(one, integrity) for one in near[:_TOLD]]
    if len(near) > _TOLD:
        told.append(
            f"and {len(near) - _TOLD:,} more breaks in the logs of these hosts at that time"
        )
    return tuple(told)


def _is_near(one: Break, incident: Incident) -> bool:
    first, last = incident.first_seen, incident.last_seen
    start, stop = one.anomaly.start, one.anomaly.stop
    if first is None or last is None or (start is None and stop is None):
        return False
    begins = start if start is not None else stop
    ends = stop if stop is not None else start
    assert begins is not None
    assert ends is not None
    return begins <= last + _NEAR and ends >= first - _NEAR


def _sentence(one: Break, integrity: IntegrityResult) -> str:
    anomaly = one.anomaly
    host = integrity.hosts.get(anomaly.host, anomaly.host)
    channel = integrity.channels.get(anomaly.channel, anomaly.channel)
    where = f"{host}, {channel}" if fold(channel) else host
    return (
        f"{where}: {anomaly.text} ({one.standing}); what the log does not say may be missing here"
    )
