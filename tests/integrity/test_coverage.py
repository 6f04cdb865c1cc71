"""When each host's channels spoke."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, facts_of, steady

from gamekeeper.integrity.coverage import coverage

SPOKEN = [
    *steady(1, 60),
    *steady(61, 120, start=NEW_YEAR + 5 * HOUR),
    *steady(1, 60, start=NEW_YEAR + 2 * HOUR, channel="System"),
]


def test_the_next_and_the_last_event_around_a_silence_are_known() -> None:
    log = coverage(facts_of(SPOKEN)).log("dc01", "security")
    silence = NEW_YEAR + 2 * HOUR
    assert log.next_after(silence) == NEW_YEAR + 5 * HOUR
    assert log.last_before(silence) == NEW_YEAR + 59 * MINUTE
    assert not log.spoke(silence, silence + HOUR)


def test_a_log_that_nobody_has_never_speaks() -> None:
    log = coverage(facts_of(SPOKEN)).log("nobody", "security")
    assert not log.spoke(0, 2**62)
    assert log.last_before(2**62) is None


def test_the_other_channels_speak_while_one_is_silent() -> None:
    others = coverage(facts_of(SPOKEN)).others("dc01", "security")
    assert others.counted(NEW_YEAR, NEW_YEAR + 3 * HOUR) == 60


def test_copies_of_one_log_count_once() -> None:
    copies = [*steady(1, 60), *steady(1, 60, source=1)]
    assert coverage(facts_of(copies)).host("dc01").counted(NEW_YEAR, NEW_YEAR + HOUR) == 60


def test_logs_without_any_time_have_no_host() -> None:
    assert coverage(facts_of([])).hosts == []


def test_alerts_of_other_tools_are_no_sign_of_life() -> None:
    alerts = steady(61, 300, start=NEW_YEAR + HOUR, channel="Gamekeeper-Alerts")
    told = coverage(facts_of([*steady(1, 60), *alerts]))
    assert list(told.channels("dc01")) == ["security"]
    assert not told.host("dc01").spoke(NEW_YEAR + 2 * HOUR, 2**62)
    assert coverage(facts_of(alerts)).hosts == []
