"""The machine crashed or lost power: it says so once it is back (41, 6008)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.integrity.causes import downtime

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly, Explanation


class Crash:
    """Weighs it."""

    name = "crash"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold the machine's downtimes against an anomaly."""
        return downtime.weigh(self.name, anomaly, facts)
