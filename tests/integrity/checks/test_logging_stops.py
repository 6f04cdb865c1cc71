"""An event log service that stopped while the machine went on."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import EVENTLOG, HOUR, MINUTE, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.checks.logging_stops import LoggingStops
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

KERNEL = "Microsoft-Windows-Kernel-General"
STOP = NEW_YEAR + HOUR


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(LoggingStops().look(facts_of(events)))


def security(resumed: int, first: int = 61) -> list[Event]:
    return [
        *steady(1, 59),
        event(60, STOP, 1100, provider=EVENTLOG),
        *steady(first, first + 60, start=resumed),
    ]


def system(code: int, time: int, provider: str = KERNEL, **data: str) -> Event:
    return event(time // MINUTE, time, code, channel="System", provider=provider, data=data)


def test_a_service_that_stops_and_goes_on_without_a_start_of_the_machine_is_one_break() -> None:
    (found,) = looked(security(STOP + HOUR))
    assert (found.host, found.start, found.stop) == ("dc01", STOP, STOP + HOUR)
    assert found.strength is Strength.STRONG
    assert found.evidence[0].record == 60


def test_a_start_of_the_machine_before_the_log_goes_on_makes_it_a_restart() -> None:
    started = event(61, STOP + MINUTE, 4608)
    assert looked([*security(STOP + 2 * MINUTE, first=62), started]) == []


def test_a_clean_stop_near_it_is_a_shutdown() -> None:
    assert looked([*security(STOP + HOUR), system(13, STOP + MINUTE)]) == []


def test_a_log_that_ends_with_it_tells_nothing() -> None:
    assert looked([*steady(1, 59), event(60, STOP, 1100, provider=EVENTLOG)]) == []


def test_an_uptime_that_spans_the_stop_leaves_no_doubt() -> None:
    up = system(6013, STOP + 5 * HOUR, "EventLog", Data=str(30 * 24 * 3600))
    (found,) = looked([*security(STOP + 30 * MINUTE), up])
    assert found.strength is Strength.CERTAIN


def test_the_stop_in_system_and_in_security_is_one() -> None:
    stopped = system(6006, STOP, "EventLog")
    again = system(6005, STOP + 5 * MINUTE, "EventLog")
    (found,) = looked([*security(STOP + 5 * MINUTE), stopped, again])
    assert any("6005" in one.text for one in found.evidence)


def test_6009_is_no_start_of_the_machine_where_the_kernel_would_have_spoken() -> None:
    before = steady(1, 59, channel="System", provider="P", source=1)
    said = event(60, STOP + HOUR, 6009, channel="System", provider="EventLog", source=1)
    (found,) = looked([*security(STOP + HOUR), *before, said])
    assert found.strength is Strength.STRONG
