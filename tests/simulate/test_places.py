from __future__ import annotations

from datetime import date

import pytest

from gamekeeper.simulate.places import Setting, World, build_world, sectors


def _world(hosts: int = 8, days: int = 3, seed: int = 1, **more: object) -> World:
    return build_world(seed, days, hosts, Setting(**more))  # type: ignore[arg-type]


def test_the_seed_decides_who_lives_there() -> None:
    names = [a.name for a in _world().accounts]
    assert names == [a.name for a in _world().accounts]
    assert names != [a.name for a in _world(seed=2).accounts]


def test_addresses_names_and_sids_are_unique() -> None:
    world = _world(hosts=60)
    assert len({h.address for h in world.hosts}) == 60
    assert len({h.name for h in world.hosts}) == 60
    assert len({a.sid for a in world.accounts}) == len(world.accounts)
    assert len({a.name for a in world.accounts}) == len(world.accounts)


@pytest.mark.parametrize("role", ["dc", "jump", "file", "monitor", "backup", "historian"])
def test_a_small_world_has_someone_to_stand_in_for_every_role(role: str) -> None:
    assert _world(hosts=3).of_role(role).role in (role, "jump", "file")


def test_duties_fall_back_to_the_administrator() -> None:
    assert _world(hosts=3).of_duty("engineer", "admin").duty == "administrator"
    assert _world(hosts=8).of_duty("engineer", "admin").duty == "engineer"


def test_weekends_follow_the_calendar() -> None:
    world = _world(days=8, start=date(2026, 3, 4))  # a Wednesday
    assert [world.is_weekend(day) for day in range(8)] == [False] * 3 + [True] * 2 + [False] * 3


@pytest.mark.parametrize("sector", sectors())
def test_every_sector_has_what_habits_ask_for(sector: str) -> None:
    world = _world(sector=sector)
    assert world.words["engineering"]
    assert world.words["plants_named"]
    assert world.hosts[0].fqdn.endswith(world.domain)


def test_the_historian_runs_no_agent() -> None:
    historian = _world().of_role("historian")
    assert "Microsoft-Windows-Sysmon/Operational" in historian.lacks
    assert not historian.has_command_lines


def test_one_directory_account_of_the_edge_is_privileged() -> None:
    assert _world().account("svc_ldapbind").is_privileged
