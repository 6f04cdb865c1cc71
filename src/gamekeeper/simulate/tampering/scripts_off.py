"""Script block logging switched off in the registry: 4104 stays away, PowerShell's other events come.

Sysmon sees the value set. Without Sysmon only the missing 4104 would tell, where scripts still run.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.deeds import POWERSHELL, SYSMON, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

_KEY: Final = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging"
_KINDS: Final = frozenset({"powershell_4104", "powershell_4104_warning"})


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, POWERSHELL, {"dc", "file", "monitor"})
    act = stage.act(wish, machine.host.name, [POWERSHELL])
    act.stop = stage.world.end
    is_seen = SYSMON not in machine.host.lacks
    act.because = "the value in the registry as Sysmon saw it" if is_seen else "4104 stays away"
    moment = stage.moment(wish, 0.05, 0.4)
    stage.site.agenda.at(moment, partial(_switch_off, stage, act, machine))


def _switch_off(stage: Stage, act: Act, machine: Machine, ticks: int) -> None:
    with Intruder(stage, machine, ticks) as intruder:
        value = "EnableScriptBlockLogging"
        command = f'reg add "{_KEY}" /v {value} /t REG_DWORD /d 0 /f'
        tool = intruder.run("reg", command)
        machine.sysmon(
            "sysmon_13",
            intruder.now,
            tool,
            TargetObject=f"{_KEY}\\{value}",
            Details="DWORD (0x00000000)",
        )
        act.start = intruder.now
        intruder.now += SECOND
    host = machine.host.name
    stage.silence(Silence(host, frozenset({POWERSHELL}), act.start, act.stop, kinds=_KINDS))
    act.files = [file_of(host, SYSMON)]


DEEDS: Final = (Deed("scripts-off", _play, "script block logging is switched off"),)
