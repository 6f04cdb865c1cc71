"""Script blocks of PowerShell, written by hand in a line each."""

from __future__ import annotations

from dataclasses import replace

from fakes.processes import event
from gamekeeper.model.build import Event

WINDOWS = "Microsoft-Windows-PowerShell/Operational"
CORE = "PowerShellCore/Operational"


def block_id(number: int) -> str:
    """Return the id of a script block."""
    return f"bbbbbbbb-0000-0000-0000-{number:012x}"


def part(
    at: float | None,
    block: int | str,
    text: str | None,
    place: tuple[int, int] = (1, 1),
    **more: str,
) -> Event:
    """Return a 4104: part ``place`` (number, total) of a block."""
    data = {
        "ScriptBlockId": block_id(block) if isinstance(block, int) else block,
        "MessageNumber": str(place[0]),
        "MessageTotal": str(place[1]),
        "Path": more.get("path", ""),
    }
    if text is not None:
        data["ScriptBlockText"] = text
    made = event(
        more.get("channel", WINDOWS),
        "Microsoft-Windows-PowerShell",
        4104,
        at,
        data,
        host=more.get("host", "WS-01.example.org"),
    )
    envelope = {
        "Level": more.get("level", "5"),
        "Security_UserID": "S-1-5-21-1",
        "Execution_ProcessID": "77",
    }
    return replace(made, system=made.system | envelope)
