"""Forwarding stopped on one host: the collector loses it while its own logs go on.

Windows forwards through WinRM; the service that is stopped says so in System (7036), and its start type
7040.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.deeds import SYSTEM, Act, Deed
from gamekeeper.simulate.files import FORWARDED_CHANNELS, file_of
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.placing import Placed

_NAME: Final = "Windows Remote Management (WS-Management)"
_FORWARDING: Final = "forwarding"


def _play(stage: Stage, wish: Wish) -> None:
    collector = stage.world.of_role("monitor").name
    roles = {m.host.role for m in stage.site.machines.values() if m.host.name != collector}
    # Forwarding touches no log of the host: it shares it with other deeds, but not with a second stop.
    machine = stage.machine_for(wish, _FORWARDING, roles)
    act = stage.act(wish, machine.host.name, sorted(FORWARDED_CHANNELS - machine.host.lacks))
    act.because = "the host's own logs go on where the collector's end"
    act.stop = stage.world.end
    stage.site.agenda.at(stage.moment(wish, 0.2, 0.7), partial(_stop, stage, act, machine))
    stage.on_placed.append(partial(_lose, act, collector))


def _stop(stage: Stage, act: Act, machine: Machine, ticks: int) -> None:
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run("sc", "sc config WinRM start= disabled")
        change = {"param2": "auto start", "param3": "disabled", "param4": "WinRM"}
        machine.log("system_7040", intruder.now, param1=_NAME, **change)
        intruder.run("sc", "sc stop WinRM")
        act.start = intruder.now
        mark = "WinRM/1".encode("utf-16-le") + b"\0\0"
        machine.log("system_7036", act.start, param1=_NAME, param2="stopped", binary=mark)
        intruder.now += SECOND


def _lose(act: Act, collector: str, placed: list[Placed]) -> None:
    for item in placed:
        if item.host == act.host and act.start <= item.entry.filetime < act.stop:
            item.is_collected = False
    act.files = [f"{collector}/ForwardedEvents.evtx", file_of(act.host, SYSTEM)]


DEEDS: Final = (Deed("forwarder-stopped", _play, "a host stops forwarding", needs_collector=True),)
