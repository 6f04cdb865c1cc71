"""A Security log that was full, so that what followed was lost.

Sees: 1104. It is written where the log keeps old events and has no room; new ones are lost until somebody
makes room or Windows archives the file (1105, 105).

What else explains it: rotation that archives the full file at once; a load that fills any log.

Blind: a log that overwrites never says that it is full: what a flood pushed out shows as retention only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.model.breaks import Anomaly, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts


class LogFull:
    """Looks for full logs."""

    name = "log_full"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a log that was full and not archived at once."""
        events = telling(facts)
        for host in events.hosts:
            found = events.of(host, 1104, provider="Microsoft-Windows-Eventlog")
            archives = events.of(host, 105, 1105, provider="Microsoft-Windows-Eventlog")
            for event in found:
                time = event.filetime
                if any(abs(one.filetime - time) <= MINUTE for one in archives):
                    continue
                log = coverage(facts).log(host, "security")
                yield Anomaly(
                    check=self.name,
                    text="The Security log was full: what followed was lost until there was room",
                    tampering="log filled up",
                    strength=Strength.WEAK,
                    host=host,
                    channel="security",
                    start=time,
                    stop=_resumed(log.next_after(time + MINUTE), time),
                    source=event.source,
                    evidence=(event.evidence("1104: the log is full"),),
                    innocent=("rotation", "overload"),
                    techniques=("T1562.002",),
                )


def _resumed(after: int, time: int) -> int:
    return after if after < 2**62 else time
