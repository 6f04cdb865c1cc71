"""What the logs could not say about logons, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.questions.fragments import fact

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.sql import Database

_COUNTED: Final = (4608, 4624, 4625, 4634, 4647, 4672)


def notes(database: Database, selection: Selection) -> tuple[str, ...]:
    """Return what a reader of the rows has to know about the selected events."""
    counts = _counts(database)
    said = []
    if not counts[4624]:
        said.append("no 4624 here: sessions have no start")
    if counts[4624] and not counts[4634] + counts[4647]:
        said.append("no 4634 or 4647 here: sessions have no end, unless the computer stopped")
    if counts[4624] and not counts[4672]:
        said.append("no 4672 here: which sessions were privileged cannot be told")
    if counts[4624] and not counts[4625]:
        said.append("no 4625 here: nobody failed, or failures are not logged")
    if counts[4624] and not counts[0] + counts[4608]:
        said.append(
            "no start of a computer here (Kernel-General 12, EventLog 6005, Security 4608): a logon id "
            "that was used again after a start could pass for the same session"
        )
    if counts[1]:
        said.append(f"{counts[1]:,} remote desktop events do not say whose they are")
    if selection.start is not None or selection.stop is not None:
        said.append("sessions that began before or ended after the period lack that side")
    return tuple(said)


def _counts(database: Database) -> dict[int, int]:
    """Return how many events of each id there are; 0 stands for starts, 1 for desktops without a user."""
    terminal = "windows.terminalservices"
    name = f"coalesce({fact(terminal, 'User')}, {fact(terminal, 'Param1')})"
    sql = f"""
SELECT "EventID" AS code, count(*) AS n FROM windows_security
WHERE "EventID" IN {_COUNTED} GROUP BY ALL
UNION ALL
SELECT 0, count(*) FROM windows_system
WHERE "EventID" IN (12, 6005) AND lower("Provider_Name") IN ('microsoft-windows-kernel-general', 'eventlog')
UNION ALL
SELECT 1, count(*) FROM windows_terminalservices
WHERE "EventID" IN (21, 23, 24, 25, 1149) AND {name} IS NULL
  AND "Channel" NOT ILIKE '%RdpCoreTS%'"""
    counts = dict.fromkeys((0, 1, *_COUNTED), 0)
    counts.update({row["code"]: row["n"] for row in database.table(sql).to_pylist()})
    return counts
