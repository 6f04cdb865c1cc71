from __future__ import annotations

from pathlib import Path
from typing import Any

from fakes.questions import make, rows_of
from gamekeeper.questions.logon_remote import remote_desktops
from gamekeeper.questions.logons import logons

MANAGER = {"Channel": "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"}


def ends(folder: Path, *events: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows = rows_of(make(folder, [{**MANAGER, "SessionID": 3, **one} for one in events]), logons)
    return [(row["event.start"], row["event.end"], row["logon.end"]) for row in rows]


def test_a_desktop_that_another_took_over(tmp_path: Path) -> None:
    found = ends(
        tmp_path,
        {"id": 21, "User": "CORP\\ann"},
        {"id": 40, "Session": 3, "Reason": 5},
        {"id": 25, "User": "CORP\\ann"},
        {"id": 39, "TargetSession": 3, "Source": 1},
        {"id": 24, "User": "CORP\\ann"},
    )
    assert found == [
        (0.0, 1.0, "disconnected: replaced by another connection"),
        (2.0, 4.0, "disconnected: disconnected by another session"),
    ]


def test_a_reason_that_nobody_knows(tmp_path: Path) -> None:
    assert ends(tmp_path, {"id": 21}, {"id": 40, "Session": 3, "Reason": 777}) == [
        (0.0, 1.0, "disconnected: reason 777")
    ]


def test_no_end_and_another_beginning(tmp_path: Path) -> None:
    assert [end for _, _, end in ends(tmp_path, {"id": 21}, {"id": 21}, {"id": 23})] == [
        "not logged; connected again",
        "logged off",
    ]


def test_other_logs_use_the_same_numbers(tmp_path: Path) -> None:
    other = "Microsoft-Windows-TerminalServices-RDPClient/Operational"
    assert ends(tmp_path, {"id": 21, "Channel": other}) == []
    assert "remote_ended" in remote_desktops()[1]
