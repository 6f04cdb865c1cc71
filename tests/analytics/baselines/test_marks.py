from __future__ import annotations

from pathlib import Path

from tests.fakes.habits import Diary, seen_in

from gamekeeper.analytics.baselines.habits import Cast
from gamekeeper.analytics.baselines.marks import (
    ADMINISTRATOR,
    CONTROLLER,
    HOST,
    PERSON,
    SERVER,
    SERVICE,
    WORKSTATION,
    account_role,
    host_role,
)


def test_a_host_that_deals_out_tickets_is_a_controller_whatever_else_it_is() -> None:
    assert host_role({"tickets", "desk", "far"}) == CONTROLLER
    assert [host_role(marks) for marks in ({"desk", "far"}, {"far"}, set())] == [
        WORKSTATION,
        SERVER,
        HOST,
    ]


def test_an_account_that_runs_services_is_one_even_with_privileges() -> None:
    assert account_role({"service", "privileged"}) == SERVICE
    assert [account_role(marks) for marks in ({"privileged", "person"}, {"person"})] == [
        ADMINISTRATOR,
        PERSON,
    ]


def test_roles_are_learnt_from_logs(tmp_path: Path) -> None:
    diary = Diary()
    diary.controller("dc01")
    diary.logon(0, "ws01", "anna", kind="7")
    diary.logon(0, "fs01", "anna", kind="3")
    diary.logon(0, "fs01", "backup", kind="5")
    diary.note(0, 4672, "fs01", SubjectUserName="adm-bert")
    diary.start(0, "fs01", "x", user="adm-bert")
    cast = Cast.of(seen_in(diary.events, tmp_path), {})
    roles = {
        name: cast.role_names[role] for (_, name), role in zip(cast.names, cast.roles, strict=True)
    }
    assert roles == {
        "dc01": CONTROLLER,
        "ws01": WORKSTATION,
        "fs01": SERVER,
        "anna": PERSON,
        "backup": SERVICE,
        "adm-bert": ADMINISTRATOR,
    }


def test_what_somebody_says_of_a_host_counts_more(tmp_path: Path) -> None:
    diary = Diary()
    diary.logon(0, "ws01", "anna", kind="7")
    cast = Cast.of(seen_in(diary.events, tmp_path), {"ws01": SERVER})
    assert SERVER in cast.role_names
    assert WORKSTATION not in cast.role_names
