"""Logs that were cleared, and said so.

Sees: 1102 from the event log's own provider in the Security channel, 104 from it in System: who cleared
which channel. Record numbers go on after a clear, so the first record that survives follows it.

What else explains it: nothing makes these records but a clear; an administrator may have had a reason for
it (a baseline image, a lab, a full log), which the log cannot say.

Blind: a log whose file was deleted or replaced says neither (see ``restarts``), nor does one from which
records were taken; the record of a cleared channel other than Security stands in System, and goes with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

_PROVIDER: Final = "Microsoft-Windows-Eventlog"


class Clears:
    """Looks for cleared logs."""

    name = "clears"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a clear."""
        events = telling(facts)
        for host in events.hosts:
            for event in events.of(host, 1102, provider=_PROVIDER, channel="Security"):
                yield _clear(event, "Security")
            for event in events.of(host, 104, provider=_PROVIDER, channel="System"):
                yield _clear(event, event.fields.get("Channel") or "an unnamed log")


def _clear(event: TellingEvent, channel: str) -> Anomaly:
    domain, name = (event.fields.get(f"Subject{part}", "") for part in ("DomainName", "UserName"))
    who = f"{domain}\\{name}".strip("\\") or event.user or "somebody unnamed"
    text = f"{channel} was cleared by {who}"
    return Anomaly(
        check=Clears.name,
        text=text,
        tampering="cleared",
        strength=Strength.CERTAIN,
        host=event.host,
        channel=fold(channel),
        start=None,
        stop=event.filetime,
        source=event.source,
        evidence=(event.evidence(f"{event.code} says: {text}"),),
        techniques=("T1070.001",),
    )
