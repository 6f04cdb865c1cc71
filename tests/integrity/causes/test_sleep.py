"""Sleep as the cause of a silence."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.causes.sleep import Sleep
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

STOP, START = NEW_YEAR + HOUR, NEW_YEAR + 9 * HOUR
SILENCE = Anomaly(
    "silent_hosts", "", "logging stopped", Strength.WEAK, "dc01", start=STOP, stop=START
)


def system(code: int, time: int, provider: str, **data: str) -> Event:
    return event(None, time, code, channel="System", provider=provider, data=data)


def test_sleep_explains_a_silence_until_waking() -> None:
    told = [
        system(42, STOP, "Microsoft-Windows-Kernel-Power"),
        system(107, START, "Microsoft-Windows-Kernel-Power"),
    ]
    found = Sleep().weigh(SILENCE, facts_of([*steady(1, 60), *told]))
    assert found is not None
    assert (found.cause, found.strength) == ("sleep", Strength.CERTAIN)
