"""An agent, a forwarder or a network that failed for a while.

For: the collector's file has nothing of that host at the time, in any channel, and goes on with other
hosts; or the host's own log holds the records. Against: other channels of the host arrived. An intruder who
stops the agent leaves the same hole: what stopped it is for the host's own logs to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.natures import EXPORT, FORWARDED, TEXT_EXPORT, kind_of
from gamekeeper.integrity.quiet import quiet
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly


class AgentOutage:
    """Explains records that never arrived."""

    name = "agent outage"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold what a collector's file has of the host against a hole in one channel."""
        source, start, stop = anomaly.source, anomaly.start, anomaly.stop
        is_collected = kind_of(facts, source) in (FORWARDED, TEXT_EXPORT, EXPORT)
        if source is None or start is None or stop is None or not is_collected:
            return None
        if not quiet(facts).has_others(source, anomaly.host):
            return None
        if quiet(facts).host(source, anomaly.host, start, stop):
            text = "the file has nothing of this host at that time, and goes on with others"
            return Explanation(self.name, Strength.STRONG, (Evidence(text, source),))
        text = "other records of this host arrived at that time"
        return Explanation(self.name, Strength.NONE, (), (Evidence(text, source),))
