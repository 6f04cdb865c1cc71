"""Registry events that touch logging's settings."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, event, gathered

from gamekeeper.integrity.gathering.settings import Settings
from gamekeeper.model.build import Event

CHANNEL = (
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\X/Operational\\Enabled"
)


def sysmon(record: int, path: str, value: str = "DWORD (0x00000000)", code: int = 13) -> Event:
    return event(
        record,
        NEW_YEAR + record,
        code,
        channel="Microsoft-Windows-Sysmon/Operational",
        provider="Microsoft-Windows-Sysmon",
        data={
            "EventType": "SetValue",
            "TargetObject": path,
            "Details": value,
            "Image": "C:\\a.exe",
        },
    )


def test_a_channel_that_is_switched_is_kept_and_other_keys_are_not() -> None:
    events = [sysmon(1, CHANNEL), sysmon(2, "HKLM\\SOFTWARE\\Other\\Enabled")]
    (row,) = gathered(Settings(), events).to_pylist()
    assert (row["record"], row["path"], row["kind"]) == (1, CHANNEL, "SetValue")
    assert (row["value"], row["program"]) == ("DWORD (0x00000000)", "C:\\a.exe")


def test_the_same_path_in_an_event_of_another_number_is_not_kept() -> None:
    assert gathered(Settings(), [sysmon(1, CHANNEL, code=11)]).num_rows == 0


def test_4657_names_key_and_value_apart() -> None:
    data = {
        "ObjectName": "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\EventLog\\Security",
        "ObjectValueName": "MaxSize",
        "NewValue": "65536",
        "OperationType": "%%1905",
    }
    (row,) = gathered(Settings(), [event(1, NEW_YEAR, 4657, data=data)]).to_pylist()
    assert (row["name"], row["value"], row["kind"]) == ("MaxSize", "65536", "%%1905")
