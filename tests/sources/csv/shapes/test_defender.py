from __future__ import annotations

from typing import Any

HEADER = "Timestamp,DeviceName,ActionType,RemoteIP,RemotePort,InitiatingProcessFolderPath\n"


def test_a_connection_is_told_in_the_names_of_rules(read: Any) -> None:
    found = read(HEADER + "2026-11-22T09:00:00Z,pc,ConnectionSuccess,10.0.0.7,445,C:\\a.exe\n")
    [event] = found.events
    rest = dict(event["event.rest"])
    assert (rest["DestinationIp"], rest["DestinationPort"], rest["Image"]) == (
        "10.0.0.7",
        "445",
        "C:\\a.exe",
    )
    assert found.tally.fidelity == "lossy"


def test_a_row_without_action_is_no_event(read: Any) -> None:
    assert read(HEADER + "2026-11-22T09:00:00Z,pc,,10.0.0.7,445,\n").reasons == ["not_an_event"]
