"""Logs saved by the event log service: everything (``export``) or what an analyst asked for
(``filtered-export``).

EvtExport and *Save as* write a new file: record headers count from 1 and have no time, EventRecordIDs
stay. A filter by event ids or by a window of time leaves gaps in the EventRecordIDs that mean nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.deeds import POWERSHELL, SECURITY, SYSMON, SYSTEM, Act, Deed
from gamekeeper.simulate.files import Rendition, file_of
from gamekeeper.simulate.placing import log_of

if TYPE_CHECKING:
    from random import Random

    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.placing import Placed

FULL, FILTERED = "export", "filtered-export"
_IDS: Final = {
    SECURITY: ((4624, 4625, 4634), (4688,), (4624, 4672, 4648), (4768, 4769, 4776), (4688, 4624)),
    SYSMON: ((1,), (1, 3), (11, 13), (22,)),
    SYSTEM: ((7045, 7036), (6005, 6006, 1074, 12, 13)),
    POWERSHELL: ((4104,),),
}


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice(tuple(_IDS))
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel], cause="export")
    act.because = "header ids count from 1 beside EventRecordIDs that do not"
    name = file_of(machine.host.name, channel)
    act.files, act.start, act.stop = [name], stage.world.start, stage.world.end
    if act.method == FULL:
        stage.renditions[machine.host.name, channel] = [Rendition(name, lambda _: True, True)]
        return
    act.cause = "filtered export"
    by = wish.one_of("by", ("ids", "time") if channel in _IDS else ("time",))
    stage.on_placed.append(partial(_filter, stage, act, by, wish.rng))


def _filter(stage: Stage, act: Act, by: str, rng: Random, placed: list[Placed]) -> None:
    [channel] = act.channels
    if by == "ids":
        log = log_of(placed, act.host, channel)
        present = {item.entry.kind.envelope.event_id for item in log}
        wanted = [ids for ids in _IDS[channel] if present & set(ids)]
        ids = set(rng.choice(wanted)) if wanted else present
        act.because += "; only events " + ", ".join(map(str, sorted(ids)))
        rendition = Rendition(
            act.files[0], lambda item: item.entry.kind.envelope.event_id in ids, True
        )
    else:
        span = act.stop - act.start
        act.start += int(span * rng.uniform(0.1, 0.4))
        act.stop -= int(span * rng.uniform(0.1, 0.4))
        act.because += "; only a window of time"
        rendition = Rendition(
            act.files[0], lambda item: act.start <= item.entry.filetime < act.stop, True
        )
    stage.renditions[act.host, channel] = [rendition]


DEEDS: Final = (
    Deed(FULL, _play, "a log is saved as a file by the event log service"),
    Deed(FILTERED, _play, "only some events of a log are saved", frozenset({"by"})),
)
