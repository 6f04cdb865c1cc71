"""Commands of PowerShell and what it was started with."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import batches, event
from gamekeeper.model.build import Event
from gamekeeper.questions.scripts.commands import SCHEMA, powershell_commands
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

CONTEXT = (
    "        Severity = Informational\n        Host Application = powershell -nop\n"
    "        Command Name = Get-Date\n        Script Name = C:\\a.ps1\n        Sequence Number = {}\n"
    "        User = EX\\alice\n        Connected User = \n"
)
STARTED = (
    "Engine state is changed.\r\n\r\nDetails: \r\n\tSequenceNumber={}\r\n\r\n\tHostName=ConsoleHost\r\n"
    "\tHostApplication=powershell -nop\r\n\tCommandName=\r\n\tCommandLine="
)


def module(at: float, number: int, host: str = "WS-01") -> Event:
    data = {"ContextInfo": CONTEXT.format(number), "Payload": f"CommandInvocation {number}"}
    name = "Microsoft-Windows-PowerShell"
    return event(f"{name}/Operational", name, 4103, at, data, host=host)


def classic(number: int, at: float, data: str) -> Event:
    return event("Windows PowerShell", "PowerShell", number, at, {"Data": data})


def rows_of(of: Case) -> list[dict[str, object]]:
    with of.snapshot() as snapshot:
        answer = powershell_commands(snapshot, Selection())
        return [row for batch in answer.batches for row in batch.to_pylist()]


def test_commands_are_counted_with_what_they_ran_in(tmp_path: Path) -> None:
    events = [
        module(5, 1),
        module(3, 2, host="WS-02"),
        classic(400, 1, STARTED.format(1)),
        classic(600, 2, STARTED.format(2)),
        classic(403, 9, STARTED.format(3)),
    ]
    started, command = rows_of(case_of(tmp_path / "case", batches(events)))
    assert set(command) == set(SCHEMA.names)
    assert (started["event.codes"], started["process.command_line"]) == (
        [400, 600],
        "powershell -nop",
    )
    assert started["powershell.command.name"] is None
    assert (command["events"], command["hosts"], command["host.name"]) == (2, 2, "ws-02")
    assert (command["powershell.command.name"], command["file.path"]) == ("Get-Date", "C:\\a.ps1")
    assert (command["user.name"], command["process.command_line"]) == (
        "EX\\alice",
        "powershell -nop",
    )
    assert command["powershell.command.invocation_details"] == "CommandInvocation 2"
    assert str(command["@timestamp"]) == "2026-01-31 08:00:03+00:00"
    assert str(command["command.last"]) == "2026-01-31 08:00:05+00:00"


def test_a_case_without_such_events_has_no_rows(tmp_path: Path) -> None:
    assert rows_of(case_of(tmp_path / "case", batches([]))) == []


@pytest.mark.corpus
def test_every_event_of_a_real_campaign_is_counted_once(tmp_path: Path, corpus: Path) -> None:
    log = next((corpus / "campaigns" / "LSASS_campaign_02").glob("*.json.gz"))
    rows = rows_of(case_of(tmp_path / "case", log))
    assert sum(int(str(row["events"])) for row in rows) == 450 + 453 + 6 + 1
    assert any("Get-NetAdapter" in str(row["process.command_line"]) for row in rows)
