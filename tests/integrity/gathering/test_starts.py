"""Processes and sessions that begin."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, gathered

from gamekeeper.integrity.begun import ids_begun
from gamekeeper.integrity.gathering.starts import Starts
from gamekeeper.model.build import Event

SYSMON = {"channel": "Microsoft-Windows-Sysmon/Operational", "provider": "Microsoft-Windows-Sysmon"}
GUID = "{747F3D96-C74B-5F67-0000-00101A2B3C4D}"


def process(record: int, pid: str, time: int = NEW_YEAR) -> Event:
    return event(record, time, 4688, data={"NewProcessId": pid})


def by_guid(record: int, guid: str) -> Event:
    return event(record, NEW_YEAR, 1, data={"ProcessGuid": guid}, **SYSMON)


def test_starts_are_counted_by_log_kind_and_hour() -> None:
    logon = event(3, NEW_YEAR, data={"TargetLogonId": "0x1a2b3c"})
    events = [process(1, "0x1a2c"), process(2, "0x1B00", NEW_YEAR + HOUR), logon]
    rows = gathered(Starts(), events).to_pylist()
    assert [(row["kind"], row["count"], row["hour"] - NEW_YEAR) for row in rows] == [
        (1, 1, 0),
        (1, 1, HOUR),
        (2, 1, 0),
    ]


def test_letters_of_a_guid_may_be_large_or_small_and_other_guids_are_others() -> None:
    events = [by_guid(1, GUID), by_guid(2, GUID.lower()), by_guid(3, GUID.replace("4D}", "4E}"))]
    assert len(ids_begun(gathered(Starts(), events), 0)) == 2


def test_ids_of_windows_itself_and_texts_of_another_form_are_left_out() -> None:
    nobody = by_guid(9, "{00000000-0000-0000-0000-000000000000}")
    system = event(3, NEW_YEAR, data={"TargetLogonId": "0x3e7"})
    events = [process(1, "0x4"), process(2, "4100"), process(4, ""), nobody, system]
    assert gathered(Starts(), events).num_rows == 0
