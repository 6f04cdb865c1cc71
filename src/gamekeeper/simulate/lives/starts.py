"""Hosts that stop and start: ``reboot`` in order, ``crash`` without a word.

A crash shows in what the next start says: 41 of Kernel-Power, 6008 of the event log. What was logged in
the last moments before it may be lost; here nothing is.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.boots import boot, shut_down
from gamekeeper.simulate.clock import HOUR, MINUTE, SECOND
from gamekeeper.simulate.deeds import ALL, SYSTEM, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

#: Hosts at which nobody sits.
_SERVERS: Final = frozenset({"dc", "jump", "file", "monitor", "backup", "historian"})


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, roles=_SERVERS)
    act = stage.act(wish, machine.host.name, [ALL], cause=wish.deed.name)
    act.files = [file_of(machine.host.name, SYSTEM)]
    # At night, when nobody works on a server: sessions do not outlive it.
    night = stage.world.day_start(wish.rng.randrange(stage.world.days))
    moment = night + int(wish.rng.uniform(0.2, 6) * HOUR)
    if "hour" in wish.options:
        moment = stage.moment(wish)
    lasts = wish.number("minutes", 1, 12) * MINUTE
    happens = _crash if act.method == "crash" else _reboot
    stage.site.agenda.at(moment, partial(happens, stage, act, machine, lasts))


def _reboot(stage: Stage, act: Act, machine: Machine, lasts: int, ticks: int) -> None:
    act.because = "1074, 13 and 6006, then 12, 6009 and 6005"
    shut_down(machine, ticks, restarts=True)
    act.start, act.stop = ticks, ticks + 15 * SECOND + lasts
    boot(machine, stage.script, act.stop)


def _crash(stage: Stage, act: Act, machine: Machine, lasts: int, ticks: int) -> None:
    act.because = "the next start says 41 and 6008"
    act.start, act.stop = ticks, ticks + 10 * SECOND + lasts
    machine.is_on = False
    stage.silence(Silence(machine.host.name, frozenset({ALL}), act.start, act.stop))
    stage.site.agenda.at(act.stop, partial(boot, machine, stage.script, fell=ticks))


DEEDS: Final = (
    Deed("reboot", _play, "a server is restarted", frozenset({"minutes"})),
    Deed("crash", _play, "a server falls and starts again", frozenset({"minutes"})),
)
