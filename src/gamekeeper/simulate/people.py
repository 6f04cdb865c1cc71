"""The owners of workstations and their working days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gamekeeper.simulate import logons
from gamekeeper.simulate.boots import boot, shut_down
from gamekeeper.simulate.clock import HOUR, MINUTE, SECOND
from gamekeeper.simulate.crossings import open_desktop
from gamekeeper.simulate.habits import poisson_times
from gamekeeper.simulate.places import Account, world_content
from gamekeeper.simulate.scene import Scene, Script, play_activity
from gamekeeper.simulate.site import Site, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from gamekeeper.simulate.machine import Machine, Process, Session


@dataclass(frozen=True, slots=True)
class Day:
    """One working day: when a person is at the desk."""

    arrives: int
    leaves: int
    breaks: tuple[tuple[int, int], ...]  # lunch and short ones, in order
    leaves_by: str

    def is_at_desk(self, ticks: int) -> bool:
        """Whether the person works at this moment, with a margin before each break."""
        if not self.arrives + 6 * MINUTE <= ticks < self.leaves - 15 * MINUTE:
            return False
        return not any(start - 8 * MINUTE <= ticks < stop + MINUTE for start, stop in self.breaks)


def _draw_day(script: Script, rng: Random, midnight: int) -> Day:
    habits = script.day

    def moment(name: str) -> int:
        return midnight + int(rng.uniform(*habits[name]) * HOUR)

    arrives, leaves, lunch = moment("arrives"), moment("leaves"), moment("lunch_starts")
    breaks = [(lunch, lunch + int(rng.uniform(*habits["lunch_min"]) * MINUTE))]
    for _ in range(rng.randint(*habits["short_breaks"])):
        start = rng.randrange(arrives + HOUR, leaves - HOUR)
        stop = start + rng.randint(4, 15) * MINUTE
        if all(stop < other[0] - 10 * MINUTE or start > other[1] + 10 * MINUTE for other in breaks):
            breaks.append((start, stop))
    ways = habits["leaves_by"]
    [leaves_by] = rng.choices(list(ways), weights=list(ways.values()))
    return Day(arrives, leaves, tuple(sorted(breaks)), leaves_by)


class Person:
    """One owner at the workstation."""

    def __init__(self, site: Site, script: Script, machine: Machine, account: Account) -> None:
        self.site = site
        self.script = script
        self.machine = machine
        self.account = account
        self.session: Session | None = None
        self.shell: Process | None = None

    def plan(self) -> None:
        """Put all working days on the agenda."""
        world = self.site.world
        rng = world.rng("person", self.account.name)
        for day in range(world.days):
            share = world_content()["weekend_share"] if world.is_weekend(day) else 0.97
            works = rng.random() < share and self._is_employed(day)
            drawn = _draw_day(self.script, rng, world.day_start(day))
            if works:
                self._plan_day(drawn, rng)

    def _is_employed(self, day: int) -> bool:
        joins = self.machine.host.joins_day
        return not joins or day > joins

    def _plan_day(self, day: Day, rng: Random) -> None:
        at = self.site.agenda.at
        at(day.arrives, self._arrive)
        for start, stop in day.breaks:
            at(start, self._lock)
            at(stop, self._unlock)
        for ticks, row in self._errands(day, rng):
            at(ticks, partial(self._do, row["play"]))
        at(day.leaves, partial(self._leave, day.leaves_by))

    def _errands(self, day: Day, rng: Random) -> Iterator[tuple[int, dict[str, Any]]]:
        for row in self.script.rota:
            if row.get("duty") in ("any", self.account.duty):
                for ticks in poisson_times(rng, day.arrives, day.leaves, row["per_hour"]):
                    if day.is_at_desk(ticks):
                        yield ticks, row

    def _scene(self, ticks: int, purpose: str) -> Scene:
        assert self.session is not None
        return Scene(
            site=self.site,
            script=self.script,
            machine=self.machine,
            session=self.session,
            account=self.account,
            now=ticks,
            rng=self.site.world.rng(self.account.name, purpose, ticks),
            shell=self.shell,
        )

    def _arrive(self, ticks: int) -> None:
        if not self.machine.is_on:
            boot(self.machine, self.script, ticks - 2 * MINUTE)
            self.session = None
        rng = self.site.world.rng(self.account.name, "arrives", ticks)
        if rng.random() < self.script.day["mistypes"]:
            source = Source.of(self.machine.host)
            logons.fail(self.site, self.account, source, self.machine, ticks - 12 * SECOND)
        if self.session is not None:
            self._unlock(ticks)
            return
        source = Source.of(self.machine.host)
        self.session = logons.desktop_logon(self.site, self.account, source, self.machine, ticks)
        scene = self._scene(ticks + 2 * SECOND, "desktop")
        self.shell = open_desktop(scene, self.machine, self.session, self.account)
        self._do("morning", ticks + 20 * SECOND)

    def _do(self, activity: str, ticks: int) -> None:
        if self.session is not None:
            play_activity(self._scene(ticks, activity), activity)

    def _lock(self, ticks: int) -> None:
        if self.session is not None:
            logons.lock(self.machine, self.session, ticks)

    def _unlock(self, ticks: int) -> None:
        if self.session is not None:
            logons.unlock(self.site, self.account, self.machine, self.session, ticks)

    def _leave(self, how: str, ticks: int) -> None:
        if self.session is None:
            return
        if how == "lock":
            self._lock(ticks)
            return
        if how == "shutdown":
            shut_down(self.machine, ticks, self.session)
        else:
            logons.log_off(self.machine, self.session, ticks)
        self.session = None


def plan_people(site: Site, script: Script) -> None:
    """Put the working days of all owners on the agenda."""
    for machine in site.machines.values():
        if machine.host.owner is not None:
            Person(site, script, machine, machine.host.owner).plan()
