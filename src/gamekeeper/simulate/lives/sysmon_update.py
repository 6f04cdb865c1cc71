"""Sysmon updated: it stops for some seconds and comes back with another version and its rules loaded anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND, millisecond_text
from gamekeeper.simulate.deeds import SYSMON, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

_RULES: Final = "C:\\ProgramData\\Sysmon\\sysmonconfig.xml"


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, SYSMON)
    act = stage.act(wish, machine.host.name, [SYSMON], cause="sysmon update")
    act.because = "4 says that it stopped, 4 that it started with another version, 16 its rules"
    act.files = [file_of(machine.host.name, SYSMON)]
    lasts = wish.number("seconds", 4, 40) * SECOND
    stage.site.agenda.at(stage.moment(wish), partial(_update, stage, act, machine, lasts))


def _update(stage: Stage, act: Act, machine: Machine, lasts: int, ticks: int) -> None:
    if not machine.is_on:
        stage.acts.remove(act)
        return
    command = f"C:\\Windows\\Temp\\sysmon\\Sysmon64.exe -accepteula -i {_RULES}"
    machine.spawn("sysmon", ticks - SECOND, command=command)
    machine.log("sysmon_4", ticks, UtcTime=millisecond_text(ticks), State="Stopped")
    act.start, act.stop = ticks, ticks + lasts
    stage.silence(Silence(machine.host.name, frozenset({SYSMON}), ticks + 1, act.stop))
    told = {"UtcTime": millisecond_text(act.stop)}
    machine.log("sysmon_4", act.stop, Version="15.15", **told)
    machine.log("sysmon_16", act.stop + SECOND // 2, Configuration=_RULES, **told)


DEEDS: Final = (Deed("sysmon-update", _play, "Sysmon is updated", frozenset({"seconds"})),)
