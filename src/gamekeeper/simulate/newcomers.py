"""New machines and their new owners: the help desk makes accounts, the machine joins and is set up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.boots import boot
from gamekeeper.simulate.clock import HOUR, MINUTE
from gamekeeper.simulate.scene import Scene, Script, play_activity

if TYPE_CHECKING:
    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.site import Site

_HOURS: Final = (9.0, 15.0)  # of the day, when help desks set machines up


def plan_newcomers(site: Site, script: Script) -> None:
    """Put the joining of new machines on the agenda, each on a working day."""
    world = site.world
    for machine in site.machines.values():
        day = machine.host.joins_day
        if not day:
            continue
        rng = world.rng("joins", machine.host.name)
        morning = world.day_start(day) + int(rng.uniform(*_HOURS) * HOUR)
        site.agenda.at(morning, partial(_hire, site, script, machine))
        site.agenda.at(
            morning + rng.randint(20, 90) * MINUTE, partial(_join, site, script, machine)
        )


def _hire(site: Site, script: Script, machine: Machine, ticks: int) -> None:
    """Let the help desk make the accounts of a machine and of its owner."""
    world, host = site.world, machine.host
    desk = world.of_duty("helpdesk", "admin")
    at = site.machines[desk.home]
    words = {"newcomer_machine": host.machine.name, "newcomer_host": host.fqdn}
    _play(site, script, at, "new_machine", words, ticks)
    if host.owner is not None:
        _play(site, script, at, "new_employee", {"newcomer": host.owner.name}, ticks + 5 * MINUTE)


def _join(site: Site, script: Script, machine: Machine, ticks: int) -> None:
    boot(machine, script, ticks)
    _play(site, script, machine, "machine_joined", {}, ticks + 2 * MINUTE)


def _play(
    site: Site, script: Script, machine: Machine, name: str, words: dict[str, str], ticks: int
) -> None:
    scene = Scene(
        site=site,
        script=script,
        machine=machine,
        session=machine.system,
        account=None,
        now=ticks,
        rng=site.world.rng(machine.host.name, name, ticks),
    )
    play_activity(scene, name, words)
