"""Switches of Defender."""

from __future__ import annotations

import pytest
from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, facts_of

from gamekeeper.integrity.checks.defender_off import DefenderOff
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection\\"


def defender(time: int, code: int, **data: str) -> Event:
    return event(
        None,
        time,
        code,
        channel="Microsoft-Windows-Windows Defender/Operational",
        provider="Microsoft-Windows-Windows Defender",
        data={name.replace("_", " "): value for name, value in data.items()},
    )


def looked(*events: Event) -> list[Anomaly]:
    return list(DefenderOff().look(facts_of(events)))


def test_protection_is_off_until_it_is_on_again() -> None:
    (found,) = looked(defender(NEW_YEAR, 5001), defender(NEW_YEAR + HOUR, 5000))
    assert (found.strength, found.stop) == (Strength.STRONG, NEW_YEAR + HOUR)


def test_protection_that_is_soon_on_again_is_weak() -> None:
    (found,) = looked(defender(NEW_YEAR, 5001), defender(NEW_YEAR + MINUTE, 5000))
    assert found.strength is Strength.WEAK


@pytest.mark.parametrize(
    ("value", "is_off"),
    [
        (KEY + "DisableRealtimeMonitoring = 0x1", True),
        (KEY + "DisableRealtimeMonitoring = 0x0", False),
        (KEY + "DpaDisabled = 0x1", False),
        ("HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Features\\TamperProtection = 0x0", True),
        ("HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Features\\TamperProtection = 0x5", False),
    ],
)
def test_a_new_value_that_disables_is_a_switch(value: str, is_off: bool) -> None:
    assert bool(looked(defender(NEW_YEAR, 5007, New_Value=value))) is is_off
