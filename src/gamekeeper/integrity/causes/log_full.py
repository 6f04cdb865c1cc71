"""A log that keeps its old events and had no room left: new ones are lost, and nothing stops.

For: the log's last word before the silence is 1104; the file header says that it is full. Who made the log
small, or filled it on purpose, is not answered by this: a full log is a break of its own (``log_full``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

_PROVIDER: Final = "Microsoft-Windows-Eventlog"
#: Records that were on their way when the log said that it was full.
_NEAR: Final = MINUTE


class LogFull:
    """Weighs it."""

    name = "log full"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Look for a log's own word, and its header's, where it falls silent."""
        start = anomaly.start
        if start is None:
            return None
        said = [
            event.evidence("1104: the log is full")
            for event in telling(facts).of(anomaly.host, 1104, provider=_PROVIDER)
            if event.channel == anomaly.channel and abs(event.filetime - start) <= _NEAR
        ]
        if not said:
            return None
        if not _header_says_so(anomaly.source, facts):
            return Explanation(self.name, Strength.STRONG, tuple(said[:1]))
        header = Evidence("the file header says that it is full", anomaly.source, 120)
        return Explanation(self.name, Strength.CERTAIN, (said[0], header))


def _header_says_so(source: int | None, facts: Facts) -> bool:
    account = facts.sources.get(source) if source is not None else None
    header: Any = account.evidence.get("file_header") if account else None
    return isinstance(header, dict) and bool(header.get("is_full"))
