"""The machine slept or hibernated, and wrote nothing meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.causes import downtime

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly, Explanation


class Sleep:
    """Weighs it."""

    name = "sleep"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold the machine's downtimes against an anomaly."""
        return downtime.weigh(self.name, anomaly, facts)
