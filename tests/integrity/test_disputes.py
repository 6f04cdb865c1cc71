"""Copies that give one number to records of different times."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import HOUR, MINUTE, facts_of, steady

from gamekeeper.integrity.disputes import Dispute, disputes
from gamekeeper.model.build import Event

WHOLE = steady(1, 1200)


def renumbered(gone: int) -> list[Event]:
    """The same log without one record, all numbers behind it one lower."""
    kept = [one for one in WHOLE if one.event_record_id != gone]
    return [
        replace(one, event_record_id=at, record_id=at, source=1) for at, one in enumerate(kept, 1)
    ]


def found(copy: list[Event]) -> list[Dispute]:
    return list(disputes(facts_of([*WHOLE, *copy])))


def test_numbers_that_were_moved_up_are_disputed_from_there_on() -> None:
    (one,) = found(renumbered(300))
    assert [point.record for point in one.points][:3] == [320, 384, 448]
    assert {point.apart for point in one.points} == {MINUTE}
    assert one.agreed == WHOLE[255].filetime


def test_equal_copies_agree() -> None:
    assert found([replace(one, source=1) for one in WHOLE]) == []


def test_another_time_zone_is_no_dispute() -> None:
    moved = [replace(one, source=1, filetime=(one.filetime or 0) + 2 * HOUR) for one in WHOLE]
    assert found(moved) == []


def test_times_cut_to_the_second_are_no_dispute() -> None:
    exact = [replace(one, filetime=(one.filetime or 0) + 1234567) for one in WHOLE]
    cut = [replace(one, source=1) for one in WHOLE]
    assert disputes(facts_of([*exact, *cut])) == []


def test_copies_that_share_no_number_cannot_disagree() -> None:
    assert disputes(facts_of([*steady(1, 300), *steady(400, 600, source=1)])) == []
