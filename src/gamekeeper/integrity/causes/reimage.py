"""A host that was installed anew, set back to a snapshot, or another one that got its name.

For: other logs of the host began again at the same time. Against: one of them lived on. Where no other log
of the host is there, nothing speaks either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.siblings import continuing, restarted
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.lives import Life
    from gamekeeper.model.breaks import Anomaly

_SHOWN: Final = 5


class Reimage:
    """Explains logs that began again by a host that did."""

    name = "reimage"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Hold the host's other logs against one that began again."""
        start, stop = anomaly.start, anomaly.stop
        if start is None or stop is None:
            return None
        where = (anomaly.host, anomaly.channel, start, stop)
        against = _told("lived on", continuing(facts, *where))
        speaks_for = _told("began again, too", restarted(facts, *where))
        if not speaks_for and not against:
            return None
        strength = Strength.STRONG if speaks_for and not against else Strength.NONE
        return Explanation(self.name, strength, speaks_for, against)


def _told(what: str, found: Sequence[tuple[str, Life]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"{channel} {what}", life.copies[0].source, filetime=life.begin)
        for channel, life in found[:_SHOWN]
    )
