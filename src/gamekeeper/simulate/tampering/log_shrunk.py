"""A log made smaller with wevtutil, so that new records soon overwrite what is to be forgotten.

The service writes the new size to the registry, which Sysmon sees. The file then is a ring of fewer
chunks. Real files shrink only when cleared; here the old room is taken to be gone at once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import SECOND
from gamekeeper.simulate.deeds import ROTATED, SECURITY, SYSMON, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.ring import turn
from gamekeeper.simulate.tampering.channel_disabled import CHANNELS
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

_CLASSIC: Final = "HKLM\\System\\CurrentControlSet\\Services\\EventLog"
_BYTES: Final = 1_052_672  # the least that Windows takes


def _play(stage: Stage, wish: Wish) -> None:
    channel = wish.options.get("channel") or wish.rng.choice((SECURITY, SECURITY, SYSMON))
    machine = stage.machine_for(wish, channel)
    act = stage.act(wish, machine.host.name, [channel])
    act.because = "the new size in the registry as Sysmon saw it"
    moment = stage.moment(wish, 0.6, 0.8)
    stage.site.agenda.at(moment, partial(_shrink, stage, act, machine))
    stage.on_written.append((ROTATED, act, partial(_overwrite, act)))


def _shrink(stage: Stage, act: Act, machine: Machine, ticks: int) -> None:
    [channel] = act.channels
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run("wevtutil", f'wevtutil sl "{channel}" /ms:{_BYTES}')
        key = f"{_CLASSIC}\\{channel}" if channel == SECURITY else f"{CHANNELS}\\{channel}"
        machine.sysmon(
            "sysmon_13",
            intruder.now,
            machine.well_known["eventlog"],
            TargetObject=f"{key}\\MaxSize",
            Details=f"DWORD (0x{_BYTES:08x})",
        )
        act.start = act.stop = intruder.now
        intruder.now += SECOND
    act.files = [file_of(machine.host.name, channel), file_of(machine.host.name, SYSMON)]


def _overwrite(act: Act, out: Path, written: dict[str, int]) -> None:
    """Let the log have gone round; the act lasts from the first record that is gone to the command."""
    done = act.stop
    turn(act, 0.5, out, written)
    act.stop = max(act.stop, done)


DEEDS: Final = (Deed("log-shrunk", _play, "a log is made smaller"),)
