"""A clock that was put right."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.causes.clock_sync import ClockSync
from gamekeeper.integrity.checks.clocks import Clocks
from gamekeeper.model.breaks import Explanation, Strength
from gamekeeper.model.build import Event

LOG = [*steady(1, 60, start=NEW_YEAR + 3 * HOUR), *steady(61, 120)]


def told(sid: str, old: str = "2026-01-01T03:59:00Z", new: str = "2026-01-01T00:00:00Z") -> Event:
    data = {"SubjectUserSid": sid, "PreviousTime": old, "NewTime": new}
    return event(None, NEW_YEAR, 4616, data=data)


def weighed(*events: Event) -> Explanation | None:
    facts = facts_of([*LOG, *events])
    anomaly = next(one for one in Clocks().look(facts) if one.records != (None, None))
    return ClockSync().weigh(anomaly, facts)


def test_a_change_by_the_time_service_of_the_same_length_explains_the_step() -> None:
    found = weighed(told("S-1-5-19"))
    assert found is not None
    assert found.strength is Strength.CERTAIN


def test_a_change_by_it_of_another_length_explains_less() -> None:
    found = weighed(told("S-1-5-19", "2026-01-01T00:10:00Z", "2026-01-01T00:00:00Z"))
    assert found is not None
    assert found.strength is Strength.STRONG


def test_a_person_speaks_against_it() -> None:
    found = weighed(told("S-1-5-21-1-2-3-1001"))
    assert found is not None
    assert (found.strength, len(found.speaks_against)) == (Strength.NONE, 1)


def test_no_word_of_the_clock_is_no_cause() -> None:
    assert weighed() is None


def test_the_time_service_that_corrects_near_it_speaks_weakly_for_it() -> None:
    corrected = event(
        None, NEW_YEAR, 52, channel="System", provider="Microsoft-Windows-Time-Service"
    )
    found = weighed(corrected)
    assert found is not None
    assert found.strength is Strength.WEAK
