"""A host that a collector lost while its own logs went on.

Sees: a collector's file that has nothing of a host any more while it goes on with others, and the host's own
logs go on for two hours or more. Where the host's System log says at that time that a service which
forwards or writes logs was disabled (7040), somebody stopped it, and tampering is likely.

What else explains it: an agent or a network that failed (weighed, and enough where no service was disabled);
a collector whose export is bounded by host; planned changes of the same kind on other hosts.

Blind: hosts of which no log of their own is there; agents that were killed or unplugged rather than disabled;
services whose short name is not in the list.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.integrity.natures import FORWARDED, kind_of
from gamekeeper.model.breaks import Anomaly, Evidence, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

#: How long the collector and the host's own logs must go on.
_GOES_ON: Final = 2 * HOUR
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
        for row in facts.table("hours").select(["source", "host", "last"]).to_pylist():
            known = last[row["source"]]
            known[row["host"]] = max(known.get(row["host"], 0), row["last"])
        collected = [source for source in sorted(last) if kind_of(facts, source) == FORWARDED]
        for source in collected:
            for host, end in sorted(last[source].items()):
                own = [hosts[host] for at, hosts in last.items() if at != source and host in hosts]
                others = [time for other, time in last[source].items() if other != host]
                if min(max(own, default=0), max(others, default=0)) - end >= _GOES_ON:
                    yield _anomaly(facts, source, host, end, max(own))


def _anomaly(facts: Facts, source: int, host: str, end: int, own: int) -> Anomaly:
    disabled = [e for e in telling(facts).of(host, 7040) if _is_disabled(e, end)]
    evidence = [
        Evidence("the last event of this host in the collector's file", source, filetime=end)
    ]
    evidence += [
        e.evidence(f"7040: {e.fields.get('param1') or e.fields['param4']} was disabled")
        for e in disabled
    ]
    return Anomaly(
        check=ForwardingStops.name,
        text="A collector lost the host while its own logs went on",
        tampering="forwarding stopped",
        strength=Strength.STRONG if disabled else Strength.WEAK,
        host=host,
        start=end,
        stop=own,
        source=source,
        evidence=tuple(evidence),
        innocent=() if disabled else ("agent outage", "collection window"),
        techniques=("T1562.001",),
    )


def _is_disabled(event: TellingEvent, end: int) -> bool:
    is_near = abs(event.filetime - end) <= _NEAR
    is_ours = fold(event.fields.get("param4", "")) in _SERVICES
    return is_near and is_ours and fold(event.fields.get("param3", "")) == "disabled"
