"""Changes of the clock that Windows recorded."""

from __future__ import annotations

import pytest
from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of

from gamekeeper.integrity.clock_changes import ClockChange, as_filetime, clock_changes

TIMES = {"PreviousTime": "2026-01-01T05:00:00.0000000Z", "NewTime": "2026-01-01T03:00:00.0000000Z"}


def told(sid: str, program: str, **times: str) -> list[ClockChange]:
    data = {"SubjectUserSid": sid, "ProcessName": program, **(times or TIMES)}
    return clock_changes(facts_of([event(1, NEW_YEAR, 4616, data=data)])).get("dc01", [])


def test_a_change_tells_how_far_the_clock_went() -> None:
    (change,) = told("S-1-5-19", "C:\\Windows\\System32\\svchost.exe")
    assert change.by == -2 * HOUR


@pytest.mark.parametrize(
    ("sid", "program", "is_kept"),
    [
        ("S-1-5-19", "C:\\Windows\\System32\\svchost.exe", True),
        ("S-1-5-18", "C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe", True),
        ("S-1-5-21-1-2-3-500", "C:\\Windows\\System32\\svchost.exe", False),
        ("S-1-5-18", "C:\\Windows\\System32\\cmd.exe", False),
    ],
)
def test_keepers_of_time_are_told_from_hands(sid: str, program: str, is_kept: bool) -> None:
    (change,) = told(sid, program)
    assert change.is_kept is is_kept


def test_a_time_in_another_spelling_is_no_change() -> None:
    assert told("S-1-5-19", "", PreviousTime="5 o'clock", NewTime="6 o'clock") == []
    assert as_filetime("2026-13-01T00:00:00Z") is None
