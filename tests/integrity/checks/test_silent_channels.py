"""Channels that are silent while their siblings speak."""

from __future__ import annotations

from tests.fakes.facts import DAY, HOUR, MINUTE, NEW_YEAR, event, facts_of

from gamekeeper.integrity.checks.silent_channels import SilentChannels
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

GONE = range(DAY, DAY + 6 * HOUR)
EVERY = range(0, 3 * DAY, 20 * MINUTE)


def log(channel: str, times: list[int], *, taken: bool = False) -> list[Event]:
    numbers = {time: at + 1 for at, time in enumerate(EVERY)} if taken else {}
    return [
        event(numbers.get(time, at + 1), NEW_YEAR + time, channel=channel, provider="P")
        for at, time in enumerate(times)
    ]


def looked(*logs: list[Event]) -> list[Anomaly]:
    return list(SilentChannels().look(facts_of([one for log in logs for one in log])))


SIBLING = log("System", list(EVERY))
QUIET = [time for time in EVERY if time not in GONE]


def test_a_silence_across_which_record_numbers_go_on_is_a_strong_break() -> None:
    (found,) = looked(log("Security", QUIET), SIBLING)
    assert (found.channel, found.strength) == ("security", Strength.STRONG)
    assert (found.start, found.stop) == (NEW_YEAR + DAY - 20 * MINUTE, NEW_YEAR + DAY + 6 * HOUR)


def test_where_numbers_are_missing_it_is_a_hole_and_no_silence() -> None:
    assert looked(log("Security", QUIET, taken=True), SIBLING) == []


def test_an_end_that_one_sibling_outlives_is_weak_and_that_two_outlive_strong() -> None:
    ended = log("Security", [time for time in EVERY if time < 2 * DAY])
    (found,) = looked(ended, SIBLING)
    assert found.strength is Strength.WEAK
    (found,) = looked(ended, SIBLING, log("Application", list(EVERY)))
    assert found.strength is Strength.STRONG


def test_a_host_that_was_down_is_not_silent() -> None:
    power = "Microsoft-Windows-Kernel-Power"
    slept = [
        event(None, NEW_YEAR + GONE.start, 42, channel="System", provider=power),
        event(None, NEW_YEAR + GONE.stop, 107, channel="System", provider=power),
    ]
    assert looked(log("Security", QUIET), SIBLING, slept) == []


def test_a_log_that_kept_its_old_events_and_was_full_is_held_against_that() -> None:
    ended = log("Security", [time for time in EVERY if time < 2 * DAY])
    (found,) = looked(ended, SIBLING)
    assert "log full" in found.innocent
