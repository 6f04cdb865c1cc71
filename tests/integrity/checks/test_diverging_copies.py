"""Copies that do not say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import account, facts_of, steady

from gamekeeper.integrity.checks.diverging_copies import DivergingCopies
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount


def looked(events: Iterable[Event], *sources: SourceAccount) -> list[Anomaly]:
    return list(DivergingCopies().look(facts_of(events, list(sources) or None)))


def torn(first: int, last: int, until: int = 300) -> list[Event]:
    return [one for one in steady(1, until) if not first <= (one.event_record_id or 0) <= last]


def copy(events: Iterable[Event], source: int = 1) -> list[Event]:
    return [replace(one, source=source) for one in events]


def test_a_record_that_the_forwarded_copy_holds_was_taken_out_of_the_hosts_log() -> None:
    lines = [replace(one, offset=at * 333) for at, one in enumerate(copy(steady(1, 300)))]
    (found,) = looked([*torn(40, 44), *lines], account(), replace(account(1), format="json"))
    assert (found.strength, found.records, found.source) == (Strength.CERTAIN, (40, 44), 0)
    assert "which another copy of the log holds" in found.text
    assert [(one.source, one.record) for one in found.evidence] == [(0, 39), (0, 45), (1, 40)]


def test_tuesdays_copy_proves_what_thursdays_lacks() -> None:
    (found,) = looked([*torn(40, 44, 300), *copy(steady(1, 200))])
    assert found.strength is Strength.CERTAIN


def test_a_copy_that_holds_a_part_is_told_so() -> None:
    (found,) = looked([*torn(40, 44), *copy(steady(1, 42))])
    assert "3 of which another copy" in found.text


def test_a_live_copy_that_lacks_whole_chunks_is_weak() -> None:
    is_open = account(file_header={"is_dirty": True})
    events = [*torn(127, 300, 400), *copy(steady(1, 400))]
    (found,) = looked(events, is_open, account(1))
    assert found.strength is Strength.WEAK


def test_growing_and_rotated_copies_say_the_same() -> None:
    assert looked([*steady(1, 200), *copy(steady(1, 300))]) == []
    assert looked([*steady(1, 200), *copy(steady(100, 300))]) == []


def test_a_copy_whose_numbers_moved_up_is_in_dispute() -> None:
    kept = torn(300, 300, 900)
    moved = [replace(one, event_record_id=at, record_id=at) for at, one in enumerate(kept, 1)]
    (found,) = looked([*moved, *copy(steady(1, 900))])
    assert (found.strength, found.records) == (Strength.STRONG, (320, 896))
    assert "from record 320 on" in found.text
