"""A change of the audit policy by group policy: every host says 4719 for itself within two hours.

The subject is the host's own account, as always with group policy. A noisy subcategory goes or another
comes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.auditing import Subcategory, of_names, switch
from gamekeeper.simulate.clock import HOUR, MINUTE
from gamekeeper.simulate.deeds import SECURITY, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

_NOISY: Final = ("Detailed File Share", "Other Object Access Events", "Security Group Management")


def _play(stage: Stage, wish: Wish) -> None:
    name = wish.rng.choice(_NOISY)
    on = wish.one_of("way", ("off", "on")) == "on"
    world = stage.world
    # In the hours of a working day that changes are made in.
    moment = world.day_start(0) + int(wish.rng.uniform(9, 16) * HOUR)
    for machine in stage.site.machines.values():
        act = stage.act(wish, machine.host.name, [SECURITY], cause="policy change")
        act.because = "4719 on every host in two hours, by the hosts' own accounts"
        act.files = [file_of(machine.host.name, SECURITY)]
        act.start = moment + wish.rng.randint(0, 110) * MINUTE
        act.stop = world.end
        happens = partial(_apply, stage, act, machine, of_names(name), on)
        stage.site.agenda.at(act.start, happens)


def _apply(
    stage: Stage,
    act: Act,
    machine: Machine,
    changed: tuple[Subcategory, ...],
    on: bool,
    ticks: int,
) -> None:
    if not machine.is_on:
        stage.acts.remove(act)  # it will apply the policy when it starts, after this world
        return
    switch(machine, machine.system, ticks, changed, on=on)
    if not on:
        tasks = frozenset(one.task for one in changed)
        stage.silence(
            Silence(machine.host.name, frozenset({SECURITY}), ticks, act.stop, tasks=tasks)
        )


DEEDS: Final = (
    Deed("policy-change", _play, "group policy changes what is audited", frozenset({"way"})),
)
