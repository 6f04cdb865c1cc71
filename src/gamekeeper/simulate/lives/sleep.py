"""A workstation that sleeps through the night: ``sleep`` in standby, ``hibernate`` on the disk.

Kernel-Power says 42 and 107, on newer machines 506 and 507, Power-Troubleshooter 1 both times. On waking
the clock is set from the hardware (Kernel-General 1), though not every host was seen to say so. A
workstation that is off at that hour just stays off, and nothing is told of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.clock import HOUR, SECOND
from gamekeeper.simulate.deeds import ALL, SYSTEM, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence

if TYPE_CHECKING:
    from random import Random

    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

_STANDBY, _DISK = 4, 5
_KEPT: Final = frozenset({"system_506", "system_42"})


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, roles={"workstation"})
    world = stage.world
    # From the evening to the morning; in a world of one day from midnight on.
    days = world.days - 1
    night = world.day_start(wish.rng.randrange(days)) + 20 * HOUR if days else world.start
    moment = night + int(wish.rng.uniform(0.1, 2) * HOUR)
    wakes = night + (10 * HOUR if days else 6 * HOUR) + int(wish.rng.uniform(0, 0.5) * HOUR)
    act = Act(wish.deed.name, True, machine.host.name, [ALL], "sleep")
    happens = partial(_sleep, stage, act, machine, wakes, wish.rng)
    stage.site.agenda.at(moment, happens)


def _sleep(stage: Stage, act: Act, machine: Machine, wakes: int, rng: Random, ticks: int) -> None:
    if not machine.is_on:
        return
    stage.acts.append(act)
    act.start, act.stop = ticks, wakes
    act.files = [file_of(machine.host.name, SYSTEM)]
    machine.is_on = False
    stage.silence(Silence(machine.host.name, frozenset({ALL}), ticks + 1, wakes, keep=_KEPT))
    stage.site.agenda.at(wakes, partial(_wake, machine, ticks, rng))
    state = _DISK if act.method == "hibernate" else _STANDBY
    if act.method == "sleep" and rng.random() < 0.4:
        act.because = "506 and 507"
        machine.log("system_506", ticks)
        stage.site.agenda.at(
            wakes, lambda now: machine.log("system_507", now, DurationInUs=(now - ticks) // 10)
        )
        return
    act.because = "42, 107 and 1 of Power-Troubleshooter"
    states = {"TargetState": state, "EffectiveState": state}
    machine.log("system_42", ticks, **states)
    stage.site.agenda.at(wakes, partial(_tell_waking, machine, ticks, states))


def _wake(machine: Machine, slept: int, rng: Random, ticks: int) -> None:
    machine.is_on = True
    if rng.random() < 0.7:
        machine.log(
            "system_time_1", ticks + SECOND, NewTime=ticks + SECOND, OldTime=slept, Reason=2
        )


def _tell_waking(machine: Machine, slept: int, states: dict[str, int], ticks: int) -> None:
    machine.log("system_107", ticks, WakeFromState=states["TargetState"], **states)
    machine.log("system_woke_1", ticks + 2 * SECOND, SleepTime=slept, WakeTime=ticks, **states)


DEEDS: Final = (
    Deed("sleep", _play, "a workstation sleeps"),
    Deed("hibernate", _play, "a workstation sleeps on the disk"),
)
