"""Stretches of records without a hole."""

from __future__ import annotations

from dataclasses import replace

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


def test_a_log_that_a_filter_left_sparse_is_one_row_a_batch_that_still_knows_each_record() -> None:
    events = [event(7 * at, NEW_YEAR + at * HOUR, header=at + 1) for at in range(1, 61)]
    rows = gathered(Spans(), events).to_pylist()
    assert len(rows) < len(events) / 8
    steps = [int.from_bytes(row["steps"][:2], "little") for row in rows]
    assert set(steps) == {7}
    assert sum(row["count"] for row in rows) == len(events)
    assert all(
        row["last_id"] + row["last_delta"] - row["first_id"] - row["delta"] + 1 == row["count"]
        for row in rows
    )


def test_a_log_with_few_holes_keeps_its_stretches() -> None:
    events = [*steady(1, 5), *steady(7, 16)]
    assert [row["steps"] for row in gathered(Spans(), events).to_pylist()] == [None, None]


def test_a_record_that_is_there_twice_counts_once() -> None:
    assert spans([*steady(1, 5), *steady(1, 5)]) == [(1, 5, 5, 0)]


def test_a_log_that_began_again_gives_stretches_of_each_life() -> None:
    assert spans([*steady(1, 7), *steady(1, 5, start=NEW_YEAR + 24 * HOUR)]) == [
        (1, 5, 5, 0),
        (1, 5, 5, 0),
        (6, 7, 2, 0),
    ]


def test_numbers_that_were_given_twice_are_stretches_of_their_own() -> None:
    placed = enumerate([*steady(40, 50), *steady(48, 60, start=NEW_YEAR + HOUR)])
    events = [replace(one, offset=4608 + at * 512) for at, one in placed]
    assert spans(events) == [(40, 50, 11, 0), (48, 50, 3, 0), (51, 60, 10, 0)]


def test_in_a_file_of_several_logs_the_files_own_number_jumps_without_a_break() -> None:
    mixed = [
        event(at, NEW_YEAR + at, host=f"h{at % 2}", header=header)
        for header, at in enumerate([10, 51, 12, 53], 1)
    ]
    one = [event(at, NEW_YEAR + at, host=f"h{at % 2}", header=at) for at in (10, 11)]
    assert len(gathered(Spans(), mixed)) == 4
    follow = [
        event(10 + at // 2, NEW_YEAR + at, host=f"h{at % 2}", header=at + 1) for at in range(12)
    ]
    assert len(gathered(Spans(), follow)) == 2
    assert len(gathered(Spans(), one)) == 2


def test_the_number_of_a_line_of_text_says_nothing_of_records() -> None:
    lines = [replace(event(at, NEW_YEAR), offset=at * 101, record_id=90 - at) for at in range(1, 9)]
    assert [row["delta"] for row in gathered(Spans(), lines).to_pylist()] == [None]
