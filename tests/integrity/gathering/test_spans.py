"""Stretches of records without a hole."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, gathered, steady

from gamekeeper.integrity.gathering.spans import Spans
from gamekeeper.model.build import Event


def spans(events: list[Event]) -> list[tuple[int, int, int, int]]:
    rows = gathered(Spans(), events).to_pylist()
    return [(row["first_id"], row["last_id"], row["count"], row["delta"]) for row in rows]


def test_a_whole_log_is_one_row_however_many_batches_it_took() -> None:
    assert spans(steady(100, 199)) == [(100, 199, 100, 0)]


def test_a_missing_record_divides_two_stretches() -> None:
    assert spans([*steady(1, 4), *steady(6, 9, start=NEW_YEAR + HOUR)]) == [
        (1, 4, 4, 0),
        (6, 9, 4, 0),
    ]


def test_the_relation_of_the_two_numbers_divides_as_well() -> None:
    events = [event(10, NEW_YEAR, header=1), event(11, NEW_YEAR, header=3)]
    assert spans(events) == [(10, 10, 1, -9), (11, 11, 1, -8)]


def test_a_step_back_in_time_divides_and_a_little_disorder_does_not() -> None:
    events = [event(1, NEW_YEAR), event(2, NEW_YEAR - 1000), event(3, NEW_YEAR - HOUR)]
    assert spans(events) == [(1, 2, 2, 0), (3, 3, 1, 0)]


def test_the_order_of_reading_does_not_matter() -> None:
    events = [*steady(1, 40), *steady(50, 60)]
    assert spans(events) == spans(events[::-1])


def test_each_file_host_and_channel_is_a_log_of_its_own() -> None:
    events = [
        *steady(1, 3),
        *steady(4, 6, channel="System"),
        *steady(4, 6, host="dc02"),
        *steady(4, 6, source=1),
    ]
    assert len(spans(events)) == 4


def test_an_event_without_a_number_is_in_no_stretch() -> None:
    assert spans([event(None, NEW_YEAR)]) == []
