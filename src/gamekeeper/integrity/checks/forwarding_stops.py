"""A host that a collector lost while its own logs went on.

Sees: a collector's file that has nothing of a host any more while it goes on with others, and the host's own
logs go on for two hours or more. Where the host's System log says that a service which forwards or writes
logs was disabled (7040) at that time, or later but before the host had anything more to forward or the
collector took anything from anybody, somebody stopped it, and tampering is likely; then a quarter of an hour
of its own logs is enough.

What else explains it: an agent or a network that failed (weighed, and enough where no service was disabled);
a collector whose export is bounded by host; planned changes of the same kind on other hosts.

Blind: hosts of which no log of their own is there; agents that were killed or unplugged rather than disabled,
which leaves what a failed network leaves; services whose short name is not in the list.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.integrity.natures import FORWARDED, kind_of
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

#: How long the collector and the host's own logs must go on where nothing else speaks.
_GOES_ON: Final = 2 * HOUR
#: How late events arrive as collectors are usually set.
_NEAR: Final = 15 * MINUTE
#: Short names of services that write or forward logs.
_SERVICES: Final = frozenset(
    {"winrm", "eventlog", "wecsvc", "sysmon", "sysmon64", "sysmondrv"}
    | {
        "nxlog",
        "winlogbeat",
        "filebeat",
        "splunkforwarder",
        "wazuhsvc",
        "ossecsvc",
        "healthservice",
    }
    | {"azuremonitoragent", "fluent-bit", "fluentd", "snare", "elasticendpoint"}
)


class ForwardingStops:
    """Looks for hosts that a collector lost."""

    name = "forwarding_stops"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a host and collector's file."""
        last: dict[int, dict[str, int]] = defaultdict(dict)
        hours = facts.table("hours").select(["source", "host", "last"])
        for row in hours.group_by(["source", "host"]).aggregate([("last", "max")]).to_pylist():
            last[row["source"]][row["host"]] = max(row["last_max"], 0)
        collected = [source for source in sorted(last) if kind_of(facts, source) == FORWARDED]
        for source in collected:
            for host, end in sorted(last[source].items()):
                own = [hosts[host] for at, hosts in last.items() if at != source and host in hosts]
                others = [time for other, time in last[source].items() if other != host]
                lost = _Lost(source, host, end, max(own, default=0), max(others, default=0))
                if lost.lasts >= _NEAR:
                    yield from _judged(facts, lost)


@dataclass(frozen=True, slots=True)
class _Lost:
    """A host in a collector's file: its last event there, of its own logs, and of other hosts in the file."""

    source: int
    host: str
    end: int
    own: int
    others: int

    @property
    def lasts(self) -> int:
        """How long both the host's logs and the collector's go on."""
        return min(self.own, self.others) - self.end


def _judged(facts: Facts, lost: _Lost) -> Iterator[Anomaly]:
    disabled = [e for e in telling(facts).of(lost.host, 7040) if _is_disabled(e)]
    disabled = [e for e in disabled if _ends_it(facts, lost, e.filetime)]
    if not disabled and lost.lasts < _GOES_ON:
        return
    source, end = lost.source, lost.end
    evidence = [
        Evidence("the last event of this host in the collector's file", source, filetime=end)
    ]
    evidence += [
        e.evidence(f"7040: {e.fields.get('param1') or e.fields['param4']} was disabled")
        for e in disabled
    ]
    yield Anomaly(
        check=ForwardingStops.name,
        text="A collector lost the host while its own logs went on",
        tampering="forwarding stopped",
        strength=Strength.STRONG if disabled else Strength.WEAK,
        host=lost.host,
        start=end,
        stop=lost.own,
        source=source,
        evidence=tuple(evidence),
        innocent=() if disabled else ("agent outage", "collection window"),
        techniques=("T1562.001",),
    )


def _is_disabled(event: TellingEvent) -> bool:
    is_ours = fold(event.fields.get("param4", "")) in _SERVICES
    return is_ours and fold(event.fields.get("param3", "")) == "disabled"


def _ends_it(facts: Facts, lost: _Lost, time: int) -> bool:
    """Say whether nothing was due between the last event that arrived and a time."""
    if abs(time - lost.end) <= _NEAR:
        return True
    if time < lost.end:
        return False
    own, arrived = coverage(facts).channels(lost.host), _arrived(facts, lost)
    channels = set(arrived.filter(pc.equal(arrived["host"], lost.host))["channel"].to_pylist())
    start = lost.end + _NEAR
    due = any(log.spoke(start, time) for name, log in own.items() if name in channels)
    return not due or not any(
        pc.any(
            pc.and_(pc.greater_equal(arrived[name], start), pc.less(arrived[name], time))
        ).as_py()
        for name in ("first", "last")
    )


def _arrived(facts: Facts, lost: _Lost) -> pa.Table:
    """Return the hours of the collector's file, of all hosts."""
    hours = facts.table("hours")
    return hours.filter(pc.equal(hours["source"], lost.source))
