"""Logs that began again."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import DAY, EVENTLOG, HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.restarts import Restarts
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

LATER = NEW_YEAR + 2 * DAY


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(Restarts().look(facts_of(events)))


def again(channel: str = "Security", source: int = 0) -> list[Event]:
    younger = steady(1, 30, start=LATER, channel=channel, source=source + 1)
    return [*steady(500, 600, channel=channel, source=source), *younger]


def test_one_log_that_began_again_while_others_lived_on_was_replaced() -> None:
    lived_on = steady(1, 100, every=HOUR, channel="System", source=5)
    (found,) = looked([*again(), *lived_on])
    assert (found.strength, found.channel) == (Strength.STRONG, "security")
    assert (found.start, found.stop) == (NEW_YEAR + 100 * HOUR // 60, LATER)
    assert [one.record for one in found.evidence] == [600, 1]


def test_alone_it_proves_little() -> None:
    (found,) = looked(again())
    assert found.strength is Strength.WEAK


def test_a_clear_does_not_excuse_it() -> None:
    clear = event(1, LATER, 1102, provider=EVENTLOG, source=1)
    (found,) = looked([*steady(500, 600), clear, *steady(2, 30, start=LATER + 1, source=1)])
    assert found.check == "restarts"


def test_numbers_that_go_on_are_no_restart() -> None:
    assert looked([*steady(500, 600), *steady(700, 800, start=LATER, source=1)]) == []
    assert looked([*steady(1, 50), *steady(1, 90, source=1)]) == []


def test_two_machines_of_one_name_are_told_as_such() -> None:
    one = [*steady(5000, 5010), *steady(5011, 5020, start=LATER + DAY)]
    other = steady(1, 20, start=LATER, source=1)
    (found,) = looked([*one, *other])
    assert "at the same time" in found.text
    assert found.strength is Strength.WEAK


def test_a_security_log_with_its_first_record_on_an_older_host_was_replaced() -> None:
    old = steady(4000, 4100, channel="System", source=1)
    (found,) = looked([*steady(1, 30, start=LATER), *old])
    assert (found.strength, found.start, found.stop) == (Strength.STRONG, NEW_YEAR, LATER)


def test_logs_that_began_together_with_their_host_did_not() -> None:
    assert looked([*steady(1, 30), *steady(1, 90, channel="System", source=1)]) == []


def test_a_log_that_a_feature_brought_later_did_not_begin_again() -> None:
    late = steady(1, 30, start=LATER, channel="OpenSSH/Operational")
    assert looked([*late, *steady(4000, 4100, channel="System", source=1)]) == []
