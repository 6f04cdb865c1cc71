"""What follows what in each log."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import MINUTE, NEW_YEAR, SECOND, event, gathered

from gamekeeper.integrity.gathering.frames import NO_NUMBER
from gamekeeper.integrity.gathering.successions import Successions
from gamekeeper.model.build import Event


def log(*codes: int | None, every: int = SECOND // 10) -> list[Event]:
    """Records 1, 2, ... of some kinds; None for one that is not there, 0 for a minute without any."""
    events, time, record = [], NEW_YEAR, 0
    for code in codes:
        time += MINUTE if code == 0 else every
        record += code != 0
        if code:
            events.append(event(record, time, code))
    return events


def told(events: Iterable[Event]) -> set[tuple[int, int, int, bool]]:
    rows = gathered(Successions(), events).to_pylist()
    return {(row["first"], row["second"], row["count"], row["torn"]) for row in rows}


def test_kinds_are_counted_and_so_are_those_that_follow_them() -> None:
    assert told(log(4624, 4672, 0, 4624, 4672, 0, 4634, 0, 1)) == {
        (4624, NO_NUMBER, 2, False),
        (4624, 4672, 2, False),
        (4672, NO_NUMBER, 2, False),
        (4634, NO_NUMBER, 1, False),
    }


def test_what_comes_later_than_two_seconds_does_not_follow() -> None:
    assert (4624, 4672, 1, False) not in told(log(4624, 4672, 4672, 4672, every=3 * SECOND))


def test_a_record_without_its_follower_is_told() -> None:
    events = log(*[4624, 4672, 0] * 5, 4624, 0, 1)
    assert (4624, 4672, 0, False) in told(events)


def test_a_burst_in_which_a_number_lacks_is_torn() -> None:
    events = log(*[4624, 4672, 0] * 5, 4624, None, 4634, 0, 1)
    assert (4624, 4672, 0, True) in told(events)


def test_a_batch_that_ends_within_two_seconds_says_nothing_of_its_last_record() -> None:
    assert told(log(4624, 4672)) == set()
