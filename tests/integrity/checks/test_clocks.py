"""Clocks that were set."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, SECOND, event, facts_of, steady

from gamekeeper.integrity.checks.clocks import Clocks
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event


def looked(events: list[Event]) -> list[Anomaly]:
    return list(Clocks().look(facts_of(events)))


def by(sid: str, old: str, new: str, code: int = 4616) -> Event:
    data = {
        "SubjectUserSid": sid,
        "PreviousTime": old,
        "NewTime": new,
        "SubjectUserName": "mallory",
    }
    return event(None, NEW_YEAR, code, data=data)


def test_times_that_step_back_while_numbers_go_on_are_a_break_between_two_records() -> None:
    (found,) = looked([*steady(1, 60, start=NEW_YEAR + 3 * HOUR), *steady(61, 120)])
    assert found.records == (60, 61)
    assert (found.start, found.stop) == (NEW_YEAR, NEW_YEAR + 3 * HOUR + 59 * MINUTE)
    assert found.strength is Strength.STRONG


def test_disorder_of_seconds_is_nothing() -> None:
    events = steady(1, 60)
    late = event(61, NEW_YEAR + 59 * MINUTE - 30 * SECOND)
    assert looked([*events, late, *steady(62, 70, start=NEW_YEAR + HOUR)]) == []


def test_numbers_that_do_not_follow_are_a_hole_and_no_step() -> None:
    assert looked([*steady(1, 60, start=NEW_YEAR + 3 * HOUR), *steady(90, 120)]) == []


def test_two_copies_of_one_log_show_one_step() -> None:
    log = [*steady(1, 60, start=NEW_YEAR + 3 * HOUR), *steady(61, 120)]
    copy = [*steady(1, 60, start=NEW_YEAR + 3 * HOUR, source=1), *steady(61, 120, source=1)]
    assert len(looked([*log, *copy])) == 1


def test_a_person_who_sets_the_clock_is_named() -> None:
    (found,) = looked([by("S-1-5-21-1-2-3-1001", "2026-01-01T05:00:00Z", "2026-01-01T03:00:00Z")])
    assert found.text == "mallory set the clock back by 120 min"
    assert found.strength is Strength.STRONG


def test_the_time_service_and_small_changes_are_nothing() -> None:
    assert looked([by("S-1-5-19", "2026-01-01T05:00:00Z", "2026-01-01T03:00:00Z")]) == []
    assert looked([by("S-1-5-21-9-9-9-500", "2026-01-01T05:00:00Z", "2026-01-01T05:00:30Z")]) == []
