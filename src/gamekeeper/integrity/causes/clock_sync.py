"""A clock that was put right: by the time service, by a virtual machine's tools, from the hardware clock.

For it: a recorded change by a keeper of time, certain where its length is that of the step; the time
service's word (35, 37: it synchronises; 50, 52: it corrects) near it. Against it: a person's change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.clock_changes import ClockChange, clock_changes
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE, SPREAD
from gamekeeper.model.breaks import Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

_CORRECTS: Final = (50, 52, 260, 261, 262)


class ClockSync:
    """Weighs it."""

    name = "clock sync"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Look for recorded changes around a step, on either side of it."""
        if anomaly.start is None or anomaly.stop is None:
            return None
        start, stop = anomaly.start - SPREAD, anomaly.stop + SPREAD
        near = [
            change
            for change in clock_changes(facts).get(anomaly.host, ())
            if start <= change.event.filetime <= stop and abs(change.by) >= MINUTE
        ]
        kept = [change for change in near if change.is_kept]
        hands = [change for change in near if not change.is_kept]
        against = tuple(c.event.evidence(f"{c.who} set the clock") for c in hands[:3])
        strength = Strength.NONE if hands else _strength(kept, anomaly.stop - anomaly.start)
        if strength:
            told = tuple(c.event.evidence("a keeper of time set the clock") for c in kept[:3])
            return Explanation(self.name, strength, told)
        corrected = [
            event
            for event in telling(facts).between(anomaly.host, start, stop)
            if event.provider == "microsoft-windows-time-service" and event.code in _CORRECTS
        ]
        if corrected and not hands:
            said = corrected[0].evidence("the time service corrected the clock")
            return Explanation(self.name, Strength.WEAK, (said,))
        return Explanation(self.name, Strength.NONE, (), against) if against else None


def _strength(kept: list[ClockChange], step: int) -> Strength:
    if not kept:
        return Strength.NONE
    fits = any(abs(abs(change.by) - step) <= max(SPREAD, step // 10) for change in kept)
    return Strength.CERTAIN if fits else Strength.STRONG
