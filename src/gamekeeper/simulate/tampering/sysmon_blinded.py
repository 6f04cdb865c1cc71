"""Sysmon made blind, in one of four ways.

``unload``: its driver is unloaded; Sysmon reports that it cannot hear the driver (255), then nothing
comes. ``stop``: its service is stopped (4, and 7036). ``rules``: a configuration that leaves everything
out (16). ``quiet``: its threads are suspended and nothing says so; processes go on in the Security log.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND, millisecond_text
from gamekeeper.simulate.deeds import SYSMON, SYSTEM, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

WAYS: Final = {
    "unload": ("fltmc", "fltMC.exe unload SysmonDrv", "255 says that the driver is gone"),
    "stop": ("sc", "sc stop Sysmon64", "4 says that the service was stopped"),
    "rules": (
        "sysmon",
        "Sysmon64.exe -c C:\\Windows\\Temp\\c.xml",
        "16 says that the rules changed",
    ),
    "quiet": ("rundll32", "rundll32 C:\\Windows\\Temp\\s.dll,Run", "Sysmon is silent alone"),
}
_KEPT: Final = frozenset({"sysmon_4", "sysmon_16", "sysmon_255"})


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, SYSMON)
    act = stage.act(wish, machine.host.name, [SYSMON])
    way = wish.one_of("way", WAYS)
    act.because = WAYS[way][2] + "; processes go on in the Security log"
    act.stop = stage.world.end
    moment = stage.moment(wish, 0.2, 0.6)
    stage.site.agenda.at(moment, partial(_blind, stage, act, machine, way))


def _blind(stage: Stage, act: Act, machine: Machine, way: str, ticks: int) -> None:
    program, command, _ = WAYS[way]
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run(program, command)
        _tell(machine, way, intruder.now)
        act.start = intruder.now + 1
        intruder.now += SECOND
    # The next boot would load the driver again; the rules stay.
    host = machine.host.name
    keep = frozenset() if way == "quiet" else _KEPT
    stage.silence(Silence(host, frozenset({SYSMON}), act.start, act.stop, keep=keep))
    act.files = [file_of(host, SYSMON)]
    if way == "stop":
        act.files.append(file_of(host, SYSTEM))


def _tell(machine: Machine, way: str, now: int) -> None:
    told = {"UtcTime": millisecond_text(now)}
    if way == "unload":
        machine.log("sysmon_255", now, **told)
    elif way == "stop":
        mark = "Sysmon64/1".encode("utf-16-le") + b"\0\0"
        machine.log("sysmon_4", now, State="Stopped", **told)
        machine.log("system_7036", now, param1="Sysmon64", param2="stopped", binary=mark)
    elif way == "rules":
        file = {"Configuration": "C:\\Windows\\Temp\\c.xml"}
        machine.log("sysmon_16", now, **file, **told)


DEEDS: Final = (Deed("sysmon-blinded", _play, "Sysmon is made blind", frozenset({"way"})),)
