"""The columns of every row about a logon, in their order, and the words for the numbers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.questions.fragments import hexadecimal, text, words

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Column and SQL type, in order. ``moment`` orders the rows; it and ``record`` are not shown.
COLUMNS: Final[dict[str, str]] = {
    "@timestamp": "TIMESTAMPTZ",
    "logon.kind": "VARCHAR",
    "event.outcome": "VARCHAR",
    "host.name": "VARCHAR",
    "user.domain": "VARCHAR",
    "user.name": "VARCHAR",
    "user.id": "VARCHAR",
    "winlog.event_data.LogonType": "INTEGER",
    "winlog.logon.type": "VARCHAR",
    "source.ip": "VARCHAR",
    "source.port": "INTEGER",
    "source.domain": "VARCHAR",
    "destination.domain": "VARCHAR",
    "service.name": "VARCHAR",
    "event.start": "TIMESTAMPTZ",
    "event.end": "TIMESTAMPTZ",
    "event.duration": "BIGINT",
    "logon.end": "VARCHAR",
    "logon.count": "BIGINT",
    "winlog.logon.failure.reason": "VARCHAR",
    "winlog.logon.failure.status": "VARCHAR",
    "winlog.logon.failure.sub_status": "VARCHAR",
    "winlog.logon.id": "VARCHAR",
    "winlog.event_data.SessionID": "VARCHAR",
    "logon.linked_id": "VARCHAR",
    "winlog.event_data.LogonGuid": "VARCHAR",
    "logon.elevated": "BOOLEAN",
    "logon.privileged": "BOOLEAN",
    "winlog.event_data.AuthenticationPackageName": "VARCHAR",
    "winlog.event_data.LmPackageName": "VARCHAR",
    "winlog.event_data.LogonProcessName": "VARCHAR",
    "winlog.event_data.TicketEncryptionType": "VARCHAR",
    "process.executable": "VARCHAR",
    "logon.by.domain": "VARCHAR",
    "logon.by.name": "VARCHAR",
    "logon.by.id": "VARCHAR",
    "logon.by.logon_id": "VARCHAR",
    "event.code": "INTEGER",
    "event.source": "INTEGER",
    "event.offset": "BIGINT",
    "event.record_id": "BIGINT",
    "logon.end.source": "INTEGER",
    "logon.end.offset": "BIGINT",
}
#: Nanoseconds of a FILETIME's tick: ECS gives durations in nanoseconds.
TICK_NS: Final = 100


def time_of(moment: str) -> str:
    """Return a FILETIME as a time of SQL."""
    return f"make_timestamptz(({moment} - {FILETIME_EPOCH}) // 10)"


def rows(given: Mapping[str, str], source: str, more: Mapping[str, str] | None = None) -> str:
    """Return a SELECT that gives every column: those that are given by their SQL, the others as null.

    ``moment``, by which rows are sorted, comes first, then what ``more`` names.
    """
    taken = [f"{given['moment']} AS moment"]
    taken += [f"{value} AS {name}" for name, value in (more or {}).items()]
    taken += [
        f'CAST({given.get(name, "NULL")} AS {kind}) AS "{name}"' for name, kind in COLUMNS.items()
    ]
    return f"SELECT {', '.join(taken)} FROM {source}"


def meanings(of: str) -> dict[str, str]:
    """Return one table of words: types, statuses, reasons, kerberos or disconnects."""
    table: dict[str, str] = content.load_yaml("mappings/logons.yml")[of]
    return table


def listing(of: str) -> list[str]:
    """Return one list of codes: interactive or lasting."""
    codes: list[str] = content.load_yaml("mappings/logons.yml")[of]
    return codes


def type_name(value: str) -> str:
    """Return the name of a logon type."""
    return words(text(value), meanings("types"))


def nt_reason(status: str, sub_status: str, said: str) -> str:
    """Return why Windows refused a logon: the finer status, else the other one, else what the event said."""
    fine, coarse = hexadecimal(sub_status), hexadecimal(status)
    table = meanings("statuses")
    return (
        f"coalesce({words(fine, table)}, {words(coarse, table)}, "
        f"{words(text(said), meanings('reasons'))}, {text(said)})"
    )
