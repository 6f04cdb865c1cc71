"""The rota: who does which declared activity when."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gamekeeper import content
from gamekeeper.simulate import acts, crossings, traces, upkeep
from gamekeeper.simulate.boots import reboot
from gamekeeper.simulate.clock import HOUR, MINUTE
from gamekeeper.simulate.scene import Scene, Script, play_activity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from gamekeeper.simulate.machine import Machine
    from gamekeeper.simulate.places import World
    from gamekeeper.simulate.site import Site


#: The modules whose verbs the declared activities use; importing them registers the verbs.
VERB_MODULES = (acts, crossings, traces, upkeep)
#: Roles that only larger worlds have.
_LARGER: Final = frozenset({"scan", "deploy"})


def load_script(world: World) -> Script:
    """Return the declared habits with the words of this world."""
    document = content.load_yaml("simulate/habits.yml")
    words = {
        **document["words"],
        **world.words,
        "some_host": [h.name for h in world.hosts if not h.is_server] or [world.hosts[0].name],
        "some_server": [h.name for h in world.hosts if h.is_server],
        **{f"{h.role}_host": [h.name] for h in world.hosts if h.role in _LARGER},
        **{f"{h.role}_address": [h.address] for h in world.hosts if h.role in _LARGER},
        "some_user": [a.name for a in world.accounts if a.kind == "user"],
    }
    rota = [row for row in document["rota"] if "needs" not in row or world.has_role(row["needs"])]
    return Script(document["activities"], words, document["boot"], rota, document["day"])


def plan(site: Site, script: Script) -> None:
    """Put the habits of hosts on the agenda."""
    for row in script.rota:
        if "hosts" not in row:
            continue
        for machine in site.machines.values():
            if row["hosts"] == "all" or machine.host.role in row["hosts"]:
                _plan_on(site, script, machine, row)


def _plan_on(site: Site, script: Script, machine: Machine, row: dict[str, Any]) -> None:
    moments = (
        _times_a_day(site.world, machine, row)
        if "at" in row
        else _intervals(site.world, machine, row)
    )
    for ticks in moments:
        site.agenda.at(ticks, partial(_perform, site, script, machine, row))


def _intervals(world: World, machine: Machine, row: dict[str, Any]) -> Iterator[int]:
    rng = world.rng("rota", machine.host.name, row["play"])
    low, high = row["every_min"]
    now = world.start + int(rng.uniform(0, high) * MINUTE)
    while now < world.end:
        yield now
        now += int(rng.uniform(low, high) * MINUTE)


def _times_a_day(world: World, machine: Machine, row: dict[str, Any]) -> Iterator[int]:
    rng = world.rng("rota", machine.host.name, row["play"], row["at"])
    for day in range(world.days):
        moment = world.day_start(day) + int(rng.uniform(*row["at"]) * HOUR)
        weekday = (world.first_day.weekday() + day) % 7
        wanted = weekday in row.get("weekdays", range(7))
        if wanted and rng.random() < row.get("chance", 1):
            yield moment


def _perform(site: Site, script: Script, machine: Machine, row: dict[str, Any], ticks: int) -> None:
    if not machine.is_on:
        return
    scene = Scene(
        site=site,
        script=script,
        machine=machine,
        session=machine.system,
        account=None,
        now=ticks,
        rng=site.world.rng(machine.host.name, row["play"], ticks),
        shell=machine.well_known["services"],
    )
    play_activity(scene, row["play"])
    if row.get("reboots"):
        reboot(machine, script, scene.now)


def poisson_times(rng: Random, start: int, stop: int, per_hour: float) -> Iterator[int]:
    """Yield random moments between two times at a mean rate."""
    now = float(start)
    while per_hour > 0:
        now += -math.log(1 - rng.random()) / per_hour * HOUR
        if now >= stop:
            return
        yield int(now)
