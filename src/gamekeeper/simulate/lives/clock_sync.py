"""A clock that ran wrong and is corrected by the time service: seconds, not hours.

What a host logs before the correction bears times that drift off; at the correction they step, forward or
back. 4616 and Kernel-General 1 name the time service, and its own event 35 the source.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import HOUR, SECOND
from gamekeeper.simulate.deeds import ALL, SECURITY, SYSTEM, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.moves import move_times

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish)
    act = stage.act(wish, machine.host.name, [ALL], cause="clock sync")
    act.because = "the time service sets the clock by seconds"
    off = wish.number("seconds", 2, 90) * SECOND
    if wish.one_of("way", ("back", "ahead")) == "ahead":
        off = -off  # it ran slow: the correction steps ahead
    moment = stage.moment(wish)
    drifts = moment - wish.rng.randint(1, 5) * HOUR
    act.start, act.stop = min(moment, moment + off), max(moment, moment + off)
    act.files = [file_of(machine.host.name, SECURITY), file_of(machine.host.name, SYSTEM)]
    stage.site.agenda.at(moment, partial(_correct, machine, off))
    stage.on_placed.append(
        lambda placed: move_times(
            placed, act.host, drifts, moment, lambda now: off * (now - drifts) // (moment - drifts)
        )
    )


def _correct(machine: Machine, off: int, ticks: int) -> None:
    if not machine.is_on:
        return
    service = machine.well_known["local_service"]
    source = f"time.windows.com,0x9 (ntp.m|0x9|0.0.0.0:123->{machine.world.networks['edge']}:123)"
    machine.log("system_time_1", ticks, NewTime=ticks, OldTime=ticks + off)
    machine.log(
        "security_4616",
        ticks,
        **machine.local.subject(),
        PreviousTime=ticks + off,
        NewTime=ticks,
        ProcessId=service.pid,
        ProcessName=service.image,
    )
    machine.log("system_35", ticks + SECOND // 5, TimeSource=source)


DEEDS: Final = (
    Deed("clock-sync", _play, "the time service corrects a clock", frozenset({"way", "seconds"})),
)
