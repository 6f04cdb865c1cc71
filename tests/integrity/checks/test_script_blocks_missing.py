"""Starts of PowerShell without script blocks."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, facts_of

from gamekeeper.integrity.checks.script_blocks_missing import ScriptBlocksMissing
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

OPERATIONAL = "Microsoft-Windows-PowerShell/Operational"


def row(time: int, code: int, level: str = "5") -> Event:
    system = {"Computer": "WS01", "Channel": OPERATIONAL, "Level": level, "Provider_Name": "P"}
    return Event(0, 100 + time, None, filetime=NEW_YEAR + time, event_id=code, system=system)


def sessions(hours: range, *, level: str = "5", without: tuple[int, ...] = ()) -> list[Event]:
    events = []
    for hour in hours:
        events.append(row(hour * 3 * HOUR, 40961))
        if hour not in without:
            events.append(row(hour * 3 * HOUR + MINUTE, 4104, level))
    return events


def looked(events: list[Event]) -> list[Anomaly]:
    return list(ScriptBlocksMissing().look(facts_of(events)))


def test_starts_without_blocks_on_a_host_that_logs_all_are_odd_by_its_own_history() -> None:
    (found,) = looked(sessions(range(60), without=(30, 31, 32)))
    assert found.strength is Strength.STRONG
    assert (found.start, len(found.evidence)) == (NEW_YEAR + 90 * HOUR, 3)


def test_a_host_that_logs_suspicious_blocks_only_proves_nothing() -> None:
    assert looked(sessions(range(60), level="3", without=(30, 31, 32))) == []


def test_a_host_that_often_has_none_is_no_witness() -> None:
    assert looked(sessions(range(60), without=tuple(range(0, 60, 3)))) == []


def test_a_short_log_has_no_history() -> None:
    assert looked(sessions(range(8), without=(4,))) == []


def test_the_end_of_the_log_is_not_silence() -> None:
    assert looked(sessions(range(60), without=(59,))) == []
