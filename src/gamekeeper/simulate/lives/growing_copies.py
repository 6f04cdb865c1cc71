"""Two copies of one log, taken on different days, both in the folder: the later holds all that the earlier
does.

What stood between them in the meantime is in the later only, and what both hold must be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.deeds import POWERSHELL, SECURITY, SYSMON, SYSTEM, Deed
from gamekeeper.simulate.files import Rendition, file_of

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice((SECURITY, SYSTEM, SYSMON, POWERSHELL))
    machine = stage.machine_for(wish, channel)
    host = machine.host.name
    moment = stage.moment(wish)
    act = stage.act(wish, host, [channel], cause="growing copies")
    act.because = "one copy goes on where the other ends"
    act.start, act.stop = stage.world.start, moment
    name = file_of(host, channel)
    act.files = [f"copies/first/{name}", f"copies/second/{name}"]
    early, late = act.files
    stage.renditions[host, channel] = [
        Rendition(early, lambda item: item.entry.filetime < moment, is_export=False),
        Rendition(late, lambda _: True, is_export=False),
    ]


DEEDS: Final = (Deed("growing-copies", _play, "an earlier copy of a log lies beside a later one"),)
