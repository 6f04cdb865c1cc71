"""What exports and collectors do not have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import (
    DAY,
    EVENTLOG,
    HOUR,
    MINUTE,
    NEW_YEAR,
    account,
    event,
    facts_of,
    steady,
)

from gamekeeper.integrity.leftovers import leftovers
from gamekeeper.model.build import Event


def ways(events: Iterable[Event]) -> list[tuple[str, str, int]]:
    """Read events as lines of text; return the ways in which records lack, by channel."""
    lines = [replace(one, offset=at * 333 + 1, record_id=at + 1) for at, one in enumerate(events)]
    found = leftovers(facts_of(lines, [replace(account(), format="json")]))
    return [(one.copy.channel, one.way.value, one.size) for one in found]


def without(gone: Iterable[int], until: int, **other: object) -> list[Event]:
    lacking = set(gone)
    return [one for one in steady(1, until, **other) if one.event_record_id not in lacking]  # type: ignore[arg-type]


def test_what_a_query_did_not_let_through_was_not_chosen() -> None:
    kept = [event(900 + 5 * n, NEW_YEAR + n, header=n) for n in range(1, 5)]
    (one,) = leftovers(facts_of(kept))
    assert (one.way, one.size) == ("chosen", 12)


def test_captures_of_a_few_minutes_leave_windows() -> None:
    events = [*steady(1, 10), *steady(500, 510, start=NEW_YEAR + DAY)]
    system = [
        *steady(1, 10, channel="System"),
        *steady(30, 40, start=NEW_YEAR + DAY, channel="System"),
    ]
    assert ways([*events, *system]) == [("security", "window", 489), ("system", "window", 19)]


def test_a_host_that_falls_silent_while_others_speak_is_an_outage() -> None:
    events = [*steady(1, 10), *steady(500, 510, start=NEW_YEAR + 9 * HOUR)]
    assert ways([*events, *steady(1, 700, host="WS1")]) == [("security", "outage", 489)]


def test_records_that_lack_here_and_there_are_scattered() -> None:
    assert ways(without(range(10, 400, 30), 400)) == [("security", "scattered", 13)]


def test_a_place_far_larger_than_the_others_stands_alone() -> None:
    gone = [*range(10, 400, 30), *range(500, 900)]
    system = steady(1, 1000, channel="System")
    assert ways([*without(gone, 1000), *system]) == [
        ("security", "scattered", 13),
        ("security", "alone", 400),
    ]


def test_few_places_stand_alone() -> None:
    system = steady(1, 100, channel="System")
    assert ways([*without([40, 41], 100), *system]) == [("security", "alone", 2)]


def test_what_a_clear_took_is_the_clears() -> None:
    after = steady(61, 90, start=NEW_YEAR + 60 * MINUTE)
    clear = event(60, NEW_YEAR + 59 * MINUTE, 1102, provider=EVENTLOG)
    system = steady(1, 100, channel="System")
    assert ways([*steady(1, 30), clear, *after, *system]) == []


def test_what_another_copy_holds_is_not_missing() -> None:
    lines = [replace(one, offset=at * 333 + 1) for at, one in enumerate(without([40], 90))]
    whole = [replace(one, source=1) for one in steady(1, 90)]
    sources = [replace(account(), format="json"), account(1)]
    assert leftovers(facts_of([*lines, *whole], sources)) == []


def test_a_log_alone_in_its_file_is_no_witness_for_a_window() -> None:
    events = [*steady(1, 10), *steady(500, 510, start=NEW_YEAR + DAY)]
    assert ways(events) == [("security", "alone", 489)]
