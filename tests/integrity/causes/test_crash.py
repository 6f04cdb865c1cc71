"""A crash as the cause of a silence."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.causes.crash import Crash
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

STOP, START = NEW_YEAR + HOUR, NEW_YEAR + 9 * HOUR
SILENCE = Anomaly(
    "silent_hosts", "", "logging stopped", Strength.WEAK, "dc01", start=STOP, stop=START
)


def system(code: int, time: int, provider: str, **data: str) -> Event:
    return event(None, time, code, channel="System", provider=provider, data=data)


def test_what_a_machine_says_of_its_crash_explains_the_silence_before_its_start() -> None:
    told = [
        system(12, START, "Microsoft-Windows-Kernel-General"),
        system(41, START, "Microsoft-Windows-Kernel-Power"),
    ]
    found = Crash().weigh(SILENCE, facts_of([*steady(1, 60), *told]))
    assert found is not None
    assert (found.cause, found.strength) == ("crash", Strength.STRONG)
