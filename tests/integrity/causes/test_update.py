"""Sysmon that comes back at once."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, SECOND, event, facts_of

from gamekeeper.integrity.causes.update import Update
from gamekeeper.integrity.checks.sysmon_switches import SysmonSwitches
from gamekeeper.model.breaks import Strength
from gamekeeper.model.build import Event

STOP = NEW_YEAR + HOUR


def sysmon(code: int, time: int, **data: str) -> Event:
    channel, provider = "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon"
    return event(None, time, code, channel=channel, provider=provider, data=data)


def weighed(*more: Event, back: int = 9 * SECOND) -> Strength | None:
    stopped = sysmon(4, STOP, State="Stopped")
    started = sysmon(4, STOP + back, State="Started", Version="15.15")
    facts = facts_of([stopped, started, *more])
    found = Update().weigh(next(SysmonSwitches().look(facts)), facts)
    return found.strength if found else None


def test_a_start_at_once_is_what_updates_do_and_others_can() -> None:
    assert weighed() is Strength.WEAK


def test_another_version_is_an_update() -> None:
    for version, strength in (("15.14", Strength.STRONG), ("15.15", Strength.WEAK)):
        assert weighed(sysmon(4, NEW_YEAR, State="Started", Version=version)) is strength


def test_other_rules_speak_against_it() -> None:
    for digest, strength in (("SHA256=B", Strength.NONE), ("SHA256=A", Strength.WEAK)):
        before = sysmon(16, NEW_YEAR, ConfigurationFileHash="SHA256=A")
        after = sysmon(16, STOP + 10 * SECOND, ConfigurationFileHash=digest)
        assert weighed(before, after) is strength


def test_a_service_that_stays_away_was_not_updated() -> None:
    assert weighed(back=20 * MINUTE) is None
