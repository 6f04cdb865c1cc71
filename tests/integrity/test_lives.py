"""Logs that began again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import DAY, HOUR, NEW_YEAR, account, facts_of, steady

from gamekeeper.integrity.lives import lives
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount


def bounds(
    events: Iterable[Event], sources: list[SourceAccount] | None = None
) -> list[tuple[int, int]]:
    found = lives(facts_of(events, sources))
    return [(life.first, life.last) for life in found["dc01", "security"]]


def text(number: int = 0) -> SourceAccount:
    return replace(account(number), format="json")


def lines(events: Iterable[Event]) -> list[Event]:
    """The same as lines of text: their offsets are any."""
    return [replace(one, offset=at * 333 + 1, record_id=at + 1) for at, one in enumerate(events)]


def test_a_whole_log_lives_once() -> None:
    assert bounds(steady(1, 90)) == [(1, 90)]


def test_growing_copies_are_of_one_life() -> None:
    assert bounds([*steady(1, 50), *steady(1, 90, source=1)]) == [(1, 90)]


def test_a_file_that_begins_again_after_higher_numbers_is_another_life() -> None:
    later = steady(1, 30, start=NEW_YEAR + 30 * DAY, source=1)
    assert bounds([*steady(500, 900), *later]) == [(500, 900), (1, 30)]


def test_two_lives_in_one_export_are_told_apart() -> None:
    again = steady(1, 30, start=NEW_YEAR + 30 * DAY)
    assert bounds(lines([*steady(500, 900), *again]), [text()]) == [(500, 900), (1, 30)]


def test_numbers_that_overlap_are_told_apart_by_time() -> None:
    again = steady(1, 700, start=NEW_YEAR + 30 * DAY)
    assert bounds(lines([*steady(500, 900), *again]), [text()]) == [(500, 900), (1, 700)]


def test_a_clock_that_was_set_back_is_no_new_life() -> None:
    late = [*steady(1, 50), *steady(51, 90, start=NEW_YEAR - 5 * HOUR)]
    assert bounds(late) == [(1, 90)]
    assert bounds(lines(late), [text()]) == [(1, 90)]


def test_two_machines_of_one_name_are_two_lives_at_once() -> None:
    both = [
        *steady(1, 90),
        *steady(5001, 5090, source=1),
        *steady(91, 99, start=NEW_YEAR + 2 * HOUR),
    ]
    other = steady(5091, 5099, start=NEW_YEAR + HOUR + HOUR // 2, source=1)
    found = bounds(lines([*both, *other]), [text(), text(1)])
    assert found == [(1, 99), (5001, 5099)]


def test_files_in_any_order_give_the_same_lives() -> None:
    one = [*steady(500, 900), *steady(1, 30, start=NEW_YEAR + 30 * DAY, source=1)]
    other = [replace(event, source=1 - event.source) for event in one]
    assert bounds(one) == bounds(other)
