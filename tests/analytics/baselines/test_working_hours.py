"""Hours at which people work."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fakes.habits import Diary, of, told_of

#: The diary writes at nine in the morning; parts of a day are added.
NIGHT, EVENING = 0.75, 0.25


def month(users: int = 5, days: int = 26) -> Diary:
    """People who come at nine on working days; 2026 began on a Thursday."""
    diary = Diary()
    for day in range(days):
        if (day + 3) % 7 < 5:
            for number in range(users):
                diary.logon(day, f"ws0{number}", f"user{number}", kind="2")
    return diary


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (26 + NIGHT, "working day, 00-04 UTC"),
        (25 + EVENING, "working day, 12-16 UTC"),
        (24, "weekend, 08-12 UTC"),
    ],
    ids=["night", "evening", "a day off"],
)
def test_a_time_of_the_day_at_which_nobody_ever_came_is_new(
    tmp_path: Path, day: float, hours: str
) -> None:
    diary = month()
    diary.logon(day, "ws00", "user0", kind="10")
    (found,) = of(told_of(diary.events, tmp_path), "working-hours")
    assert (found.account, dict(found.parts)) == ("user0", {"hours": hours})


def test_the_clock_alone_never_speaks_in_an_incident(tmp_path: Path) -> None:
    diary = month(users=30, days=40)
    diary.logon(38 + NIGHT, "ws00", "user0", kind="10")
    (found,) = of(told_of(diary.events, tmp_path), "working-hours")
    assert found.bits == 4.0
    assert not found.observed


@pytest.mark.parametrize("kind", ["3", "4", "5", "8", "9"])
def test_what_is_no_hand_at_work_counts_for_nothing(tmp_path: Path, kind: str) -> None:
    diary = month()
    diary.logon(26 + NIGHT, "ws00", "user0", kind=kind)
    assert list(of(told_of(diary.events, tmp_path), "working-hours")) == []


def test_hours_that_change_for_many_at_once_say_little(tmp_path: Path) -> None:
    diary = month(users=6)
    for user in range(6):
        diary.logon(25 + EVENING, f"ws0{user}", f"user{user}", kind="2")
    assert list(of(told_of(diary.events, tmp_path), "working-hours")) == []


def test_a_person_is_learnt_before_an_hour_is_new(tmp_path: Path) -> None:
    diary = month(days=5)
    diary.logon(5 + NIGHT, "ws00", "user0", kind="2")
    assert list(of(told_of(diary.events, tmp_path), "working-hours")) == []
