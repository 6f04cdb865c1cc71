"""Networks from which accounts dial in."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fakes.habits import Diary, of, told_of

HOME, NEAR, AWAY = "203.0.113.9", "203.0.7.1", "198.51.100.7"


def dial(diary: Diary, day: float, user: str, station: str, port: str = "Virtual") -> None:
    data = {"SubjectUserName": user, "CallingStationID": station, "NASPortType": port}
    diary.note(day, 6272, "nps1", **data)


def month(days: int = 20) -> Diary:
    """People who dial in from home on every day."""
    diary = Diary()
    for day in range(days):
        for number in range(5):
            dial(diary, day, f"CORP\\user{number}", f"203.{number}.113.9")
    return diary


def test_a_network_from_which_nobody_ever_came_is_new(tmp_path: Path) -> None:
    diary = month()
    dial(diary, 20, "user0@corp.example", AWAY)
    (found,) = of(told_of(diary.events, tmp_path), "vpn-networks")
    assert (found.account, dict(found.parts)) == ("user0", {"network": "198.51.0.0/16"})
    assert found.techniques == ("T1133", "T1078")
    assert found.bits > 3
    assert found.comparison.startswith("never here in 20 days")


def test_another_address_of_the_same_line_is_not(tmp_path: Path) -> None:
    diary = month()
    dial(diary, 20, "CORP\\user0", NEAR)
    assert list(of(told_of(diary.events, tmp_path), "vpn-networks")) == []


@pytest.mark.parametrize(
    ("user", "station", "port"),
    [
        ("CORP\\user0", "00-1A-2B-3C-4D-5E", "Wireless - IEEE 802.11"),
        ("CORP\\user0", AWAY, "Ethernet"),
        ("CORP\\user0", "10.0.0.7", "Virtual"),
        ("CORP\\user0", "-", "Virtual"),
        ("host/ws01.corp.example", AWAY, "Virtual"),
        ("CORP\\WS01$", AWAY, "Virtual"),
    ],
    ids=["wireless", "no tunnel", "from inside", "not said", "a machine", "a computer account"],
)
def test_what_is_no_person_dialling_in_counts_for_nothing(
    tmp_path: Path, user: str, station: str, port: str
) -> None:
    diary = month()
    before = told_of(diary.events, tmp_path / "a").accounts
    dial(diary, 20, user, station, port)
    told = told_of(diary.events, tmp_path / "b")
    assert list(of(told, "vpn-networks")) == []
    habits = [one.habits for one in told.accounts if one.name == "vpn-networks"]
    assert habits == [one.habits for one in before if one.name == "vpn-networks"]


def test_a_person_is_learnt_before_anything_is_new(tmp_path: Path) -> None:
    diary = month(5)
    dial(diary, 5, "CORP\\user0", AWAY)
    assert list(of(told_of(diary.events, tmp_path), "vpn-networks")) == []
