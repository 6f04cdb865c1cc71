from __future__ import annotations

from typing import Any

HEADER = "EventRecordId,TimeCreated,EventId,Level,Provider,Channel,Computer,Payload\n"


def test_unnamed_data_and_user_data_come_from_the_payload(read: Any) -> None:
    payload = '"{""UserData"":{""LogFileCleared"":{""SubjectUserName"":""ada""}}}"'
    found = read(f"{HEADER}5,2026-11-22 09:00:00.0000000,1102,Info,P,Security,pc,{payload}\n")
    [event] = found.events
    assert event["SubjectUserName"] == "ada"
    assert event["Level"] == "4"
    assert "event.time_assumed" not in event


def test_an_unreadable_payload_is_rejected_with_its_row(read: Any) -> None:
    found = read(f'{HEADER}5,2026-11-22 09:00:00,1,Info,P,Security,pc,"{{""cut\n"\n')
    assert found.reasons == ["bad_payload"]
    assert found.adds_up()


def test_a_row_without_event_id_is_no_event(read: Any) -> None:
    assert read(f"{HEADER}5,2026-11-22 09:00:00,,Info,P,Security,pc,\n").reasons == ["not_an_event"]
