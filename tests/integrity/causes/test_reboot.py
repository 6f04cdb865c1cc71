"""A restart as the cause of a silence."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.causes.reboot import Reboot
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

STOP, START = NEW_YEAR + HOUR, NEW_YEAR + 9 * HOUR
SILENCE = Anomaly(
    "silent_hosts", "", "logging stopped", Strength.WEAK, "dc01", start=STOP, stop=START
)


def system(code: int, time: int, provider: str, **data: str) -> Event:
    return event(None, time, code, channel="System", provider=provider, data=data)


def test_a_stop_and_a_start_that_are_told_explain_a_silence_whole() -> None:
    told = [
        system(13, STOP, "Microsoft-Windows-Kernel-General"),
        system(12, START, "Microsoft-Windows-Kernel-General"),
    ]
    found = Reboot().weigh(SILENCE, facts_of([*steady(1, 60), *told]))
    assert found is not None
    assert (found.cause, found.strength) == ("reboot", Strength.CERTAIN)
