from __future__ import annotations

from typing import Any


def test_a_provider_of_many_channels_gives_none(read: Any) -> None:
    [event] = read(
        '"TimeCreated","ProviderName","Id"\n"2026-11-22 09:00:00","Moor Backup","7"\n'
    ).events
    assert "Channel" not in event
    assert event["Provider_Name"] == "Moor Backup"
    assert event["dataset"] == "windows.other"


def test_a_row_without_id_is_no_event(read: Any) -> None:
    assert read('"TimeCreated","Id","Message"\n"2026-11-22 09:00:00",,"m"\n').reasons == [
        "not_an_event"
    ]


def test_what_is_lacking_is_told(read: Any) -> None:
    tally = read('"TimeCreated","Id","Message"\n"2026-11-22 09:00:00","1","m"\n').tally
    assert "fields that the message does not name" in tally.fields_lacking
