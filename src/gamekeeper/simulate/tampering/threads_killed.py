"""The event log service's threads killed, as Phant0m does: the service seems to run and writes nothing.

All logs of the host fall silent at once, without 1100; the host lives on and others see it. With
``until=reboot`` the host is restarted some hours later: its shutdown is logged by nobody, its start as
ever. Whether that start also tells of an unclean shutdown (6008) is not known; it does in some worlds.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.boots import boot
from gamekeeper.simulate.clock import HOUR, MINUTE, SECOND
from gamekeeper.simulate.deeds import ALL, SECURITY, SYSTEM, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from random import Random

    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine


def _play(stage: Stage, wish: Wish) -> None:
    # Of a domain controller the others log nothing that would say that it lives.
    machine = stage.machine_for(wish, roles={"jump", "file", "monitor", "backup"})
    act = stage.act(wish, machine.host.name, [ALL])
    act.because = "every log of the host falls silent while others go on to see it"
    until = wish.one_of("until", ("end", "reboot"))
    moment = stage.moment(wish, 0.3, 0.6)
    lasts = wish.number("hours", 5, 12) * HOUR
    stage.site.agenda.at(moment, partial(_kill, stage, act, machine))
    stop = moment + lasts if until == "reboot" else stage.world.end
    act.stop = min(stop, stage.world.end)
    if act.stop < stage.world.end:
        act.because += "; then it starts without having stopped"
        stage.site.agenda.at(act.stop, partial(_restart, stage, machine, wish.rng))


def _kill(stage: Stage, act: Act, machine: Machine, ticks: int) -> None:
    with Intruder(stage, machine, ticks) as intruder:
        intruder.run("powershell", "powershell -nop -ep bypass -f C:\\Windows\\Temp\\svc.ps1")
        act.start = intruder.now + SECOND
        intruder.now += MINUTE
    host = machine.host.name
    stage.silence(Silence(host, frozenset({ALL}), act.start, act.stop))
    act.files = [file_of(host, SECURITY), file_of(host, SYSTEM)]


def _restart(stage: Stage, machine: Machine, rng: Random, ticks: int) -> None:
    machine.is_on = False
    fell = ticks - 40 * SECOND if rng.random() < 0.4 else 0
    boot(machine, stage.script, ticks + SECOND, fell=fell)


DEEDS: Final = (
    Deed(
        "threads-killed",
        _play,
        "the threads that write logs are killed",
        frozenset({"until", "hours"}),
    ),
)
