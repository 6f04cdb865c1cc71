"""More events than the machine could write: what is lost in a flood is lost by no one's hand.

A flood can be made on purpose, to push out or to lose what came before; the numbers do not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

#: A flood: so many times what an hour of the host usually holds, and this many at least.
_TIMES: Final = 5
_LEAST: Final = 10_000


class Overload:
    """Weighs it."""

    name = "overload"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Compare the hour of an anomaly with the host's other hours."""
        time = anomaly.start if anomaly.start is not None else anomaly.stop
        presence = coverage(facts).host(anomaly.host)
        if time is None or len(presence.hour) < 2:
            return None
        hour = time // HOUR * HOUR
        count = max(presence.counted(hour, hour + HOUR), presence.counted(hour - HOUR, hour))
        usual = int(np.median(presence.events))
        if count < max(_LEAST, _TIMES * usual):
            return None
        said = f"{count} events in an hour about that time, where {usual} are usual"
        return Explanation(self.name, Strength.STRONG, (Evidence(said, filetime=time),))
