"""Counts by host and day."""

from __future__ import annotations

from tests.fakes.seeing import DAY, HOUR, NEW_YEAR, each_hour, event, processes, seen_in


def test_events_are_counted_by_host_and_day() -> None:
    seen = seen_in([*each_hour(4624, host="A"), *each_hour(4625, 1, host="B")])
    assert seen.events("security").tolist() == [[24, 24], [24, 0]]
    assert seen.events("security", (4625,)).tolist() == [[0, 0], [24, 0]]


def test_fields_are_counted_apart() -> None:
    seen = seen_in([*processes(days=1), *processes(days=1, line="-")])
    assert seen.events("security", (4688,), None, "CommandLine").tolist() == [[24]]


def test_examples_lead_to_records() -> None:
    (example, *_) = seen_in([event(7, NEW_YEAR, 1102)]).examples("security", (1102,))
    assert (example.source, example.offset) == (0, 4608 + 7 * 512)


def test_few_events_are_asked_for_their_days() -> None:
    seen = seen_in([event(1, NEW_YEAR + DAY, channel="System"), *each_hour(4624, 3, host="DC01")])
    first, last = seen.reach_of("system")
    assert first[0] * HOUR <= NEW_YEAR
    assert last[0] * HOUR >= NEW_YEAR + 2 * DAY
