"""The content of the room fits together."""

from __future__ import annotations

import pytest

from gamekeeper.integrity.gathering.presence import watched
from gamekeeper.model.datasets import dataset_of_channel, datasets
from gamekeeper.rules.techniques import techniques
from gamekeeper.visibility.checks.registry import KINDS, rows
from gamekeeper.visibility.retention import wanted
from gamekeeper.visibility.roles import DOMAIN_CONTROLLER
from gamekeeper.visibility.tables import (
    behaviours,
    chain_places,
    channels,
    families,
    logs,
    ordinary,
    settings,
)

ROLES = {DOMAIN_CONTROLLER, "server", "workstation", "plant", "web server", "file server"}


def test_behaviours_name_kinds_of_record_families_and_roles_that_exist() -> None:
    for one in behaviours():
        assert {name for names in one.seen_by for name in names} <= logs().keys(), one.id
        assert set(one.outside) <= families().keys(), one.id
        assert set(one.roles) <= ROLES, one.id


def test_behaviours_name_techniques_that_exist() -> None:
    ics = {t for one in behaviours() for t in one.techniques if t.startswith("T0")}
    named = {t for one in behaviours() for t in one.techniques} | ordinary().keys()
    assert named - ics <= techniques()


def test_every_setting_that_is_named_exists() -> None:
    named = {one.collect for one in channels().values()}
    named |= {switch.setting for one in channels().values() for switch in one.switched}
    named |= {setting for one in channels().values() for setting in one.fields.values()}
    named |= {row.more["setting"] for row in rows() if "setting" in row.more}
    named |= {one.collect for one in wanted().values()}
    assert named <= settings().keys()


def test_every_setting_opens_what_it_is_named_for() -> None:
    for channel, known in channels().items():
        for switch in known.switched:
            opens = [o for o in settings()[switch.setting].opens if o.channel == channel]
            assert any(o.ids == "all" or set(switch.ids) & set(o.ids) for o in opens), switch.name


def test_fields_that_need_a_setting_are_counted() -> None:
    for channel, known in channels().items():
        for number, field in known.fields:
            assert field in watched()[channel, number].fields


def test_fields_that_are_counted_are_columns() -> None:
    for (channel, _), watch in watched().items():
        columns = datasets()[dataset_of_channel(channel)].declared
        named = {*watch.fields, *([watch.by] if watch.by not in ("", "Level") else [])}
        assert named <= set(columns)


def test_all_thirty_nine_checks_are_there_in_order() -> None:
    assert [row.id for row in rows()] == [f"LR-{n:02}" for n in range(1, 40)]
    assert {row.kind for row in rows()} == KINDS.keys()


def test_all_thirteen_chains_have_a_place() -> None:
    assert list(chain_places())[:13] == [f"SC-{n}" for n in range(1, 14)]


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_says_how_and_costs_something(name: str) -> None:
    one = settings()[name]
    assert 1 <= one.effort <= 4
    assert one.policy
