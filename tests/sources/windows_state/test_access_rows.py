from __future__ import annotations

from typing import Any

import pytest

from gamekeeper.sources.windows_state.access_rows import event_of

TIME = 133_500_000_000_000_000


def data(**values: Any) -> dict[str, str]:
    return dict(event_of(0, 1, "CLIENTS", values).data)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("0a010105", "10.1.1.5"),
        ("00000000000000000000000000000001", "::1"),
        ("0a01", "0A01"),
        ("", ""),
    ],
)
def test_addresses_read_as_people_write_them(address: str, text: str) -> None:
    assert data(Address={"hex": address})["Address"] == text


def test_days_are_dated_by_the_last_access() -> None:
    assert data(Day60=2, Day1=1, Day2=0, LastAccess=TIME)["Days"] == "2024-01-01=1 2024-02-29=2"
    assert data(Day60=2)["Days"] == "60=2"
    assert data(Day367=2) == {"Table": "CLIENTS", "Day367": "2"}
    assert data(Day60=2, LastAccess=(1 << 63) - 1)["Days"] == "60=2"


def test_a_role_keeps_the_name_that_the_table_gives() -> None:
    guid = "{AD495FC3-0EAA-413D-BA7D-8B13FA7EC598}"
    assert data(RoleGuid=guid)["RoleName"] == "Active Directory Domain Services"
    assert data(RoleGuid=guid, RoleName="Domains")["RoleName"] == "Domains"
    assert "RoleName" not in data(RoleGuid="00000000-0000-0000-0000-000000000000")
    assert "RoleName" not in data(RoleGuid=7)


def test_the_time_is_that_of_the_last_access() -> None:
    event = event_of(0, 1, "CLIENTS", {"InsertDate": 5, "LastAccess": TIME})
    assert event.filetime == TIME
    assert event_of(0, 1, "ROLE_ACCESS", {"FirstSeen": 5, "LastSeen": 0}).filetime == 5
    assert event_of(0, 1, "DNS", {"LastSeen": 1 << 63}).filetime is None
    assert event_of(0, 1, "DNS", {"LastSeen": "soon"}).filetime is None


def test_what_is_absent_gives_no_field_and_times_that_are_none_are_numbers() -> None:
    assert data(ClientName=None, LastSeen=0) == {"Table": "CLIENTS", "LastSeen": "0"}
    assert data(LastSeen=(1 << 63) - 1)["LastSeen"] == str((1 << 63) - 1)
