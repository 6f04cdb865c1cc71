"""Switches of Sysmon."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.sysmon_switches import SysmonSwitches
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

STOP = NEW_YEAR + HOUR
KERNEL = "Microsoft-Windows-Kernel-General"


def sysmon(time: int, code: int, **data: str) -> Event:
    return event(
        None,
        time,
        code,
        channel="Microsoft-Windows-Sysmon/Operational",
        provider="Microsoft-Windows-Sysmon",
        data=data,
    )


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(SysmonSwitches().look(facts_of([*steady(1, 300), *events])))


def test_sysmon_that_stops_while_the_host_goes_on_is_off_until_it_starts() -> None:
    (found,) = looked([sysmon(STOP, 4, State="Stopped"), sysmon(STOP + HOUR, 4, State="Started")])
    assert (found.strength, found.stop) == (Strength.STRONG, STOP + HOUR)


def test_sysmon_that_never_comes_back_is_off_as_long_as_the_host_is_seen() -> None:
    (found,) = looked([sysmon(STOP, 4, State="Stopped")])
    assert found.stop == NEW_YEAR + 299 * MINUTE


def test_a_restart_of_its_service_is_weak() -> None:
    states = [sysmon(STOP, 4, State="Stopped"), sysmon(STOP + MINUTE, 4, State="Started")]
    (found,) = looked(states)
    assert found.strength is Strength.WEAK


def test_a_shutdown_stops_sysmon_too() -> None:
    shutdown = event(None, STOP + MINUTE, 13, channel="System", provider=KERNEL)
    assert looked([sysmon(STOP, 4, State="Stopped"), shutdown]) == []


def test_another_configuration_is_told_and_the_same_again_is_not() -> None:
    found = looked(
        [
            sysmon(NEW_YEAR, 16, Configuration="sysmon -c a.xml", ConfigurationFileHash="SHA256=A"),
            sysmon(STOP, 16, Configuration="sysmon -c a.xml", ConfigurationFileHash="SHA256=A"),
            sysmon(STOP + HOUR, 16, Configuration="sysmon -c b", ConfigurationFileHash="SHA256=B"),
        ]
    )
    assert [(one.start, one.strength) for one in found] == [(STOP + HOUR, Strength.WEAK)]


def test_dropping_the_configuration_is_strong() -> None:
    (found,) = looked([sysmon(STOP, 16, Configuration="C:\\Windows\\Sysmon64.exe -c --")])
    assert found.strength is Strength.STRONG


def test_the_unloading_of_its_driver_is_seen() -> None:
    unloaded = event(
        None,
        STOP,
        1,
        channel="System",
        provider="Microsoft-Windows-FilterManager",
        data={"DeviceName": "SysmonDrv"},
    )
    (found,) = looked([unloaded])
    assert "SysmonDrv" in found.text


def test_an_error_after_which_sysmon_is_silent_is_strong_and_one_after_which_it_goes_on_is_not() -> (
    None
):
    spoken = [sysmon(NEW_YEAR + at * 10 * MINUTE, 1) for at in range(18)]
    error = sysmon(NEW_YEAR + 3 * HOUR, 255, ID="DriverCommunication")
    later = [sysmon(NEW_YEAR + 3 * HOUR + at * 10 * MINUTE, 1) for at in range(1, 10)]
    host = steady(400, 800)
    (found,) = looked([*host, *spoken, error])
    assert (found.strength, found.start) == (Strength.STRONG, NEW_YEAR + 3 * HOUR)
    assert looked([*host, *spoken, error, *later]) == []
