"""What only larger sites have: new machines and people, a scanner, roll-outs, help over the network."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from gamekeeper.simulate.boots import boot_early
from gamekeeper.simulate.clock import DAY
from gamekeeper.simulate.habits import load_script, plan
from gamekeeper.simulate.newcomers import plan_newcomers
from gamekeeper.simulate.people import plan_people
from gamekeeper.simulate.places import Setting, build_world
from gamekeeper.simulate.site import Site

if TYPE_CHECKING:
    from gamekeeper.simulate.journal import Entry


@pytest.fixture(scope="module")
def site() -> Site:
    world = build_world(3, 20, 20, Setting())
    site = Site(world)
    script = load_script(world)
    for machine in site.machines.values():
        if not machine.host.joins_day:
            boot_early(machine, script, world.start)
    plan_newcomers(site, script)
    plan(site, script)
    plan_people(site, script)
    site.agenda.run(world.start + 7 * DAY)
    return site


@pytest.fixture(scope="module")
def by_kind(site: Site) -> dict[str, list[tuple[str, Entry]]]:
    found: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for (host, _), entries in site.journal.logs.items():
        for entry in entries:
            found[entry.kind.key].append((host, entry))
    return found


def _field(entry: Entry, name: str) -> object:
    return entry.values[entry.kind.names.index(name)]


def test_a_machine_joins_on_its_day_and_says_nothing_before(site: Site) -> None:
    [newcomer] = [host for host in site.world.hosts if host.joins_day]
    first = min(
        entry.filetime
        for (host, _), entries in site.journal.logs.items()
        for entry in entries
        if host == newcomer.name
    )
    assert site.world.day_start(newcomer.joins_day) < first
    assert first < site.world.day_start(newcomer.joins_day + 1)


def test_the_help_desk_makes_the_accounts(
    site: Site, by_kind: dict[str, list[tuple[str, Entry]]]
) -> None:
    [(host, entry)] = by_kind["security_4741"]
    assert host == site.controllers[0].host.name
    assert str(_field(entry, "TargetUserName")).endswith("$")
    assert str(_field(entry, "SubjectUserName")).startswith("adm-")
    assert len(by_kind["security_4720"]) == len(by_kind["security_4722"]) == 1


def test_every_host_is_scanned_on_saturdays(by_kind: dict[str, list[tuple[str, Entry]]]) -> None:
    scans = {
        (host, entry.filetime // DAY)
        for host, entry in by_kind["security_5140"]
        if _field(entry, "SubjectUserName") == "svc_scan"
    }
    assert len({host for host, _ in scans}) > 15
    assert len({day for _, day in scans}) <= 2


def test_software_is_rolled_out_as_a_service(by_kind: dict[str, list[tuple[str, Entry]]]) -> None:
    names = {_field(entry, "ServiceName") for _, entry in by_kind["system_7045"]}
    assert "RolloutRunner-1" in names


def test_a_small_world_has_none_of_it() -> None:
    script = load_script(build_world(3, 30, 12, Setting()))
    assert not {"scanned", "rolled_out", "help_over_wmi"} & {row["play"] for row in script.rota}
    assert not any(host.joins_day for host in build_world(3, 30, 12, Setting()).hosts)


def test_many_workstations_get_addresses_of_their_own() -> None:
    world = build_world(3, 30, 200, Setting())
    assert len({host.address for host in world.hosts}) == 200
    assert len({account.name for account in world.accounts}) == len(world.accounts)
    duties = [host.owner.duty for host in world.hosts if host.owner is not None]
    assert duties.count("administrator") > 1
    assert duties.count("helpdesk") > 1
