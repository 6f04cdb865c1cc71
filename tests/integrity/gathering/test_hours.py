"""Events by hour."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, gathered, steady

from gamekeeper.integrity.gathering.hours import Hours
from gamekeeper.model.build import Event


def hours(events: list[Event]) -> list[tuple[int, int]]:
    rows = gathered(Hours(), events).to_pylist()
    return [((row["hour"] - NEW_YEAR) // HOUR, row["events"]) for row in rows]


def test_events_are_counted_by_the_hour_across_batches() -> None:
    assert hours(steady(1, 90)) == [(0, 60), (1, 30)]


def test_first_and_last_are_those_of_the_hour() -> None:
    (row,) = gathered(Hours(), steady(1, 3, start=NEW_YEAR + MINUTE)).to_pylist()
    assert (row["first"], row["last"]) == (NEW_YEAR + MINUTE, NEW_YEAR + 3 * MINUTE)


def test_an_event_without_a_time_has_no_hour() -> None:
    assert hours([event(1, None)]) == []
