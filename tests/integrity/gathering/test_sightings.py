"""Which other hosts a host's log names as alive."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, gathered

from gamekeeper.integrity.gathering.sightings import Sightings
from gamekeeper.model.build import Event


def seen(*events: Event) -> list[tuple[str, str, int]]:
    rows = gathered(Sightings(), events).to_pylist()
    return [(row["host"], row["by"], row["events"]) for row in rows]


def logon(record: int, *, time: int = 0, code: int = 4624, **data: str) -> Event:
    return event(record, NEW_YEAR + time, code, data=data)


def test_a_machine_account_names_its_host() -> None:
    assert seen(logon(1, code=4768, TargetUserName="WS01$@CORP.EXAMPLE")) == [("ws01", "dc01", 1)]
    assert seen(logon(1, TargetUserName="WS01$")) == [("ws01", "dc01", 1)]


def test_a_workstation_is_named_by_logons_and_by_checks_of_credentials() -> None:
    assert seen(logon(1, TargetUserName="anna", WorkstationName="WS01")) == [("ws01", "dc01", 1)]
    asked = logon(1, code=4776, TargetUserName="anna", Workstation="\\\\WS02")
    assert seen(asked) == [("ws02", "dc01", 1)]


def test_a_host_that_names_itself_is_no_sighting() -> None:
    assert seen(logon(1, TargetUserName="DC01$")) == []
    assert seen(logon(1, TargetUserName="anna", WorkstationName="-")) == []


def test_each_hour_is_one_row() -> None:
    events = [logon(at, time=at * 40 * MINUTE, TargetUserName="WS01$") for at in range(4)]
    rows = gathered(Sightings(), events).to_pylist()
    assert [(row["hour"] - NEW_YEAR) // HOUR for row in rows] == [0, 1, 2]
    assert [row["events"] for row in rows] == [2, 1, 1]


def test_other_events_name_nobody() -> None:
    assert seen(logon(1, code=4688, TargetUserName="WS01$")) == []
