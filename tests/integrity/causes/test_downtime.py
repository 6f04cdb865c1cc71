"""Downtime as a cause of silence."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.causes.crash import Crash
from gamekeeper.integrity.causes.reboot import Reboot
from gamekeeper.integrity.causes.sleep import Sleep
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

KERNEL = "Microsoft-Windows-Kernel-General"
STOP, START = NEW_YEAR + HOUR, NEW_YEAR + 9 * HOUR
SILENCE = Anomaly(
    "silent_hosts", "", "logging stopped", Strength.WEAK, "dc01", start=STOP, stop=START
)


def system(code: int, time: int, provider: str = KERNEL, **data: str) -> Event:
    return event(None, time, code, channel="System", provider=provider, data=data)


def test_a_restart_that_is_told_at_both_ends_explains_a_silence() -> None:
    facts = facts_of([*steady(1, 60), system(13, STOP), system(12, START)])
    found = Reboot().weigh(SILENCE, facts)
    assert found is not None
    assert found.strength is Strength.CERTAIN
    assert len(found.speaks_for) == 2


def test_a_start_alone_explains_less() -> None:
    found = Reboot().weigh(SILENCE, facts_of([*steady(1, 60), system(12, START)]))
    assert found is not None
    assert found.strength is Strength.STRONG


def test_an_uptime_through_the_silence_speaks_against_a_restart() -> None:
    up = system(6013, START + HOUR, "EventLog", Data=str(90 * 86400))
    found = Reboot().weigh(SILENCE, facts_of([*steady(1, 60), system(12, START), up]))
    assert found is not None
    assert found.strength is Strength.NONE
    assert found.speaks_against


def test_a_machine_of_which_nothing_is_known_explains_nothing() -> None:
    facts = facts_of(steady(1, 60))
    assert [cause.weigh(SILENCE, facts) for cause in (Reboot(), Crash(), Sleep())] == [None] * 3


def test_a_short_sleep_does_not_explain_a_long_silence() -> None:
    power = "Microsoft-Windows-Kernel-Power"
    slept = [system(42, STOP, power), system(107, STOP + 30 * MINUTE, power)]
    assert Sleep().weigh(SILENCE, facts_of([*steady(1, 60), *slept])) is None
