"""A collector that is away for some hours: nobody's events arrive.

``agent-outage-healed``: hosts send what they kept once it is back, late and at once. ``agent-outage``: the
bookmarks were lost, and what happened meanwhile is only in the hosts' own logs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.deeds import Act, Deed

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.placing import Placed

LOST, HEALED = "agent-outage", "agent-outage-healed"


def _play(stage: Stage, wish: Wish) -> None:
    collector = stage.world.of_role("monitor").name
    act = stage.act(wish, collector, ["ForwardedEvents"], cause="agent outage")
    act.because = "no host's events arrive, while their own logs go on"
    act.start = stage.moment(wish, 0.2, 0.7)
    act.stop = act.start + wish.number("hours", 1, 8) * HOUR
    act.files = [f"{collector}/ForwardedEvents.evtx"]
    stage.on_placed.append(partial(_lose, act))


def _lose(act: Act, placed: list[Placed]) -> None:
    for item in placed:
        happened = item.entry.filetime if item.arrives is None else item.arrives
        if act.start <= happened < act.stop:
            item.is_collected &= act.method == HEALED
            item.arrives = act.stop


DEEDS: Final = tuple(
    Deed(name, _play, tells, frozenset({"hours"}), needs_collector=True)
    for name, tells in (
        (LOST, "the collector is away, and events are lost to it"),
        (HEALED, "the collector is away, and events come late"),
    )
)
