"""A channel switched off with wevtutil: it falls silent, its siblings speak.

The service writes the switch to the registry, which Sysmon sees; the Security log sees the process.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.deeds import POWERSHELL, SECURITY, SYSMON, TASKS, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

CHANNELS: Final = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels"


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice((SYSMON, SYSMON, POWERSHELL, TASKS))
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel])
    act.because = "the switch is in the registry as Sysmon saw it, and the channel is silent after"
    act.stop = stage.world.end
    stage.site.agenda.at(stage.moment(wish, 0.2, 0.6), partial(_disable, stage, act, machine))


def _disable(stage: Stage, act: Act, machine: Machine, ticks: int) -> None:
    [channel] = act.channels
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run("wevtutil", f'wevtutil sl "{channel}" /e:false')
        machine.sysmon(
            "sysmon_13",
            intruder.now,
            machine.well_known["eventlog"],
            TargetObject=f"{CHANNELS}\\{channel}\\Enabled",
            Details="DWORD (0x00000000)",
        )
        act.start = intruder.now + SECOND // 10
        intruder.now += SECOND
    host = machine.host.name
    stage.silence(Silence(host, frozenset({channel}), act.start, act.stop))
    act.files = [file_of(host, SECURITY), file_of(host, SYSMON)]


DEEDS: Final = (Deed("channel-disabled", _play, "a channel is switched off"),)
