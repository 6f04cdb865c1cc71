from __future__ import annotations

from typing import Any

HEADER = "Timestamp,RuleTitle,Level,Computer,Channel,EventID,RecordID,Details\n"


def test_full_names_win_over_abbreviations_and_emptiness_is_left_out(read: Any) -> None:
    header = HEADER.replace("Details", "AllFieldInfo")
    row = '2026-11-22 09:00:00 +00:00,t,high,pc,Sec,4688,9,"CommandLine: a: b ¦ E: - ¦ SubjectUserSid: n/a"\n'
    [event] = read(header + row).events
    assert event["CommandLine"] == "a: b"
    assert event["Channel"] == "Security"
    assert "SubjectUserSid" not in event
    assert ["Hayabusa_Level", "high"] in event["event.rest"]


def test_details_without_names_are_data(read: Any) -> None:
    [event] = read(HEADER + "2026-11-22 09:00:00 +00:00,t,low,pc,Sys,104,-,cleared\n").events
    assert ["Data", "cleared"] in event.get("event.rest", []) or event["Data"] == "cleared"
    assert "EventRecordID" not in event


def test_a_row_without_channel_is_no_event(read: Any) -> None:
    assert read(HEADER + "2026-11-22 09:00:00 +00:00,t,low,pc,,104,1,x\n").reasons == [
        "not_an_event"
    ]
