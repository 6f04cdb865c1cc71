"""Record numbers that were given twice."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.given_twice import GivenTwice
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

LATER = NEW_YEAR + 5 * HOUR


def looked(events: Sequence[Event]) -> list[Anomaly]:
    return list(GivenTwice().look(facts_of(events)))


def received(again: int, channel: str = "Security") -> list[Event]:
    """What a collector has of a log that goes on with the number ``again`` after 5100."""
    younger = steady(again, again + 30, start=LATER, channel=channel)
    others = [event(7, NEW_YEAR, channel="Application", host="other", header=1)]
    return [*steady(5000, 5100, channel=channel), *younger, *others]


def test_a_log_that_goes_on_a_little_way_back_was_numbered_anew() -> None:
    (found,) = looked(received(5095))
    assert (found.strength, found.records) == (Strength.STRONG, (5095, 5100))
    assert [one.record for one in found.evidence] == [5100, 5095]
    assert (found.start, found.stop) == (NEW_YEAR + 100 * HOUR // 60, LATER)


def test_another_machine_of_one_name_numbers_elsewhere() -> None:
    assert looked(received(20)) == []
    assert looked(received(5040)) == []


def test_a_log_that_goes_on_does_not_step_back() -> None:
    assert looked(received(5101)) == []


def test_a_clock_that_was_set_back_gives_no_number_twice() -> None:
    behind = steady(5101, 5110, start=NEW_YEAR - HOUR)
    assert looked([*steady(5000, 5100), *behind]) == []


def test_a_record_that_was_sent_twice_is_one_record() -> None:
    assert (
        looked([*steady(5000, 5100), *steady(5090, 5100, start=NEW_YEAR + 90 * HOUR // 60)]) == []
    )


def test_logs_that_step_back_together_are_those_of_a_snapshot() -> None:
    found = looked([*received(5095), *received(5099, "System")])
    assert [one.strength for one in found] == [Strength.WEAK, Strength.WEAK]
