"""Auditing switched off with auditpol: ``what=all`` clears the whole policy, else one subcategory goes.

4719 is logged whatever the policy says, once per subcategory. Afterwards the events are missing, and
nothing else.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.auditing import ALWAYS, of_names, subcategories, switch
from gamekeeper.simulate.deeds import SECURITY, Act, Deed
from gamekeeper.simulate.files import file_of
from gamekeeper.simulate.journal import Silence
from gamekeeper.simulate.tampering.intruder import Intruder

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Stage, Wish
    from gamekeeper.simulate.machine import Machine

_WHAT: Final = {
    "all": (),
    "processes": ("Process Creation",),
    "logons": ("Logon", "Logoff", "Special Logon"),
}


def _play(stage: Stage, wish: Wish) -> None:
    machine = stage.machine_for(wish, SECURITY)
    act = stage.act(wish, machine.host.name, [SECURITY])
    act.because = "4719 says which subcategories were taken away, and by whom"
    act.stop = stage.world.end
    names = _WHAT[wish.one_of("what", _WHAT)]
    moment = stage.moment(wish, 0.2, 0.7)
    stage.site.agenda.at(moment, partial(_switch_off, stage, act, machine, names))


def _switch_off(
    stage: Stage, act: Act, machine: Machine, names: tuple[str, ...], ticks: int
) -> None:
    changed = of_names(*names) if names else subcategories()
    with Intruder(stage, machine, ticks) as intruder:
        if names:
            listed = ",".join(f'"{name}"' for name in names)
            command = f"auditpol /set /subcategory:{listed} /success:disable /failure:disable"
            intruder.run("auditpol", command)
        else:
            intruder.run("auditpol", "auditpol /clear /y")
        intruder.now = switch(machine, intruder.session, intruder.now, changed, on=False)
        act.start = intruder.now
    tasks = frozenset(one.task for one in changed)
    silence = Silence(
        machine.host.name, frozenset({SECURITY}), act.start, act.stop, keep=ALWAYS, tasks=tasks
    )
    stage.silence(silence)
    act.files = [file_of(machine.host.name, SECURITY)]


DEEDS: Final = (Deed("audit-off", _play, "auditing is switched off", frozenset({"what"})),)
