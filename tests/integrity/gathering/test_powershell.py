"""What PowerShell logged in each hour."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, gathered

from gamekeeper.integrity.gathering.powershell import PowerShell
from gamekeeper.model.build import Event

OPERATIONAL = "Microsoft-Windows-PowerShell/Operational"


def row(
    time: int,
    code: int,
    channel: str = OPERATIONAL,
    level: str = "5",
    *,
    data: tuple[str, ...] = (),
) -> Event:
    system = {"Computer": "WS01", "Channel": channel, "Level": level, "Provider_Name": "P"}
    pairs = tuple(("Data", text) for text in data)
    return Event(
        0, 100 + time, None, filetime=NEW_YEAR + time, event_id=code, system=system, data=pairs
    )


def kinds(*events: Event) -> list[tuple[str, str, int]]:
    found = gathered(PowerShell(), events).to_pylist()
    return [(one["kind"], one["detail"], one["events"]) for one in found]


def test_an_engine_is_known_by_its_version_wherever_the_data_hold_it() -> None:
    text = "\tNewEngineState=Available\n\tEngineVersion=5.1.19041.1\n\tRunspaceId="
    classic = "Windows PowerShell"
    assert kinds(row(0, 400, classic, "4", data=("Available", "None", text))) == [
        ("engine", "5.1", 1)
    ]
    assert kinds(row(0, 400, classic, "4", data=(text,))) == [("engine", "5.1", 1)]


def test_blocks_of_level_verbose_and_warning_are_told_apart() -> None:
    found = kinds(row(0, 4104), row(MINUTE, 4104), row(2 * MINUTE, 4104, level="3"))
    assert found == [("block", "", 2), ("warning", "", 1)]


def test_each_hour_has_its_own_row() -> None:
    found = gathered(PowerShell(), [row(0, 4104), row(HOUR, 4104)]).to_pylist()
    assert [one["hour"] for one in found] == [NEW_YEAR, NEW_YEAR + HOUR]


def test_an_engine_that_names_no_version_is_none() -> None:
    assert kinds(row(0, 400, "Windows PowerShell", data=("Available",))) == []
