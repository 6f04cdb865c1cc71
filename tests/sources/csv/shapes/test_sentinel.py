from __future__ import annotations

from typing import Any


def test_an_activity_tells_the_security_table(read: Any) -> None:
    header = "TimeGenerated,Computer,EventID,Activity,TargetUserName\n"
    [event] = read(
        header + "2026-11-22T09:00:00Z,pc,4624,4624 - An account was logged on.,ada\n"
    ).events
    assert event["Channel"] == "Security"
    assert event["TargetUserName"] == "ada"


def test_a_row_without_event_id_is_no_event(read: Any) -> None:
    found = read("TimeGenerated,Computer,EventID,Activity\n2026-11-22T09:00:00Z,pc,,x\n")
    assert found.reasons == ["not_an_event"]


def test_broken_event_data_rejects_the_row(read: Any) -> None:
    header = "TimeGenerated,Computer,EventID,EventLog,EventData\n"
    found = read(header + "2026-11-22T09:00:00Z,pc,1,System,<EventData><Data>\n")
    assert found.reasons == ["bad_xml"]
    assert found.adds_up()
