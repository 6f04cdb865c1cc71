"""The machine was shut down or restarted: the log says so itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.causes import downtime

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly, Explanation


class Reboot:
    """Weighs it."""

    name = "reboot"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold the machine's downtimes against an anomaly."""
        return downtime.weigh(self.name, anomaly, facts)
