from __future__ import annotations

from typing import Any


def test_the_german_header_is_the_same_shape(read: Any) -> None:
    header = "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\n"
    found = read(
        header
        + "Informationen,22.11.2026 09:00:00,Service Control Manager,7036,Keine,Der Dienst lief.\n"
    )
    [event] = found.events
    assert (event["EventID"], event["Channel"], event["event.filetime"]) == (
        7036,
        "System",
        134398116000000000,
    )
    assert found.tally.shape == "event_viewer"


def test_rows_without_a_message_are_whole(read: Any) -> None:
    found = read(
        "Level,Date and Time,Source,Event ID,Task Category\nError,2026-11-22 09:00:00,Moor,7,None\n"
    )
    assert found.ids == [7]
    assert found.adds_up()
