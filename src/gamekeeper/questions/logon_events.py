"""Logons that are one event each, in SQL: refusals, credentials given by hand, tickets, NTLM, and remote
desktops that were let in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.questions.fragments import (
    address,
    fact,
    field,
    guid,
    hexadecimal,
    port,
    text,
    words,
)
from gamekeeper.questions.logon_columns import meanings, nt_reason, rows, type_name

if TYPE_CHECKING:
    from collections.abc import Collection

_SECURITY: Final = "windows.security"
_TERMINAL: Final = "windows.terminalservices"


def _pointer() -> dict[str, str]:
    return {
        "moment": '"event.filetime"',
        "@timestamp": '"@timestamp"',
        "host.name": '"host.name"',
        "event.code": '"EventID"',
        "event.source": '"event.source"',
        "event.offset": '"event.offset"',
        "event.record_id": '"event.record_id"',
    }


def _by() -> dict[str, str]:
    """Return who asked for the logon."""
    return {
        "logon.by.domain": fact(_SECURITY, "SubjectDomainName"),
        "logon.by.name": fact(_SECURITY, "SubjectUserName"),
        "logon.by.id": f"nullif({fact(_SECURITY, 'SubjectUserSid')}, 'S-1-0-0')",
        "logon.by.logon_id": hexadecimal(field(_SECURITY, "SubjectLogonId")),
    }


def attempt() -> dict[str, str]:
    """Return the columns that 4624 and 4625 fill alike."""
    return {
        **_pointer(),
        **_by(),
        "user.domain": fact(_SECURITY, "TargetDomainName"),
        "user.name": fact(_SECURITY, "TargetUserName"),
        "user.id": f"nullif({fact(_SECURITY, 'TargetUserSid')}, 'S-1-0-0')",
        "winlog.event_data.LogonType": f"TRY_CAST({fact(_SECURITY, 'LogonType')} AS INTEGER)",
        "winlog.logon.type": type_name(field(_SECURITY, "LogonType")),
        "source.ip": address(field(_SECURITY, "IpAddress")),
        "source.port": port(field(_SECURITY, "IpPort")),
        "source.domain": fact(_SECURITY, "WorkstationName"),
        "winlog.event_data.AuthenticationPackageName": fact(_SECURITY, "AuthenticationPackageName"),
        "winlog.event_data.LmPackageName": fact(_SECURITY, "LmPackageName"),
        "winlog.event_data.LogonProcessName": f"trim({fact(_SECURITY, 'LogonProcessName')})",
        "process.executable": fact(_SECURITY, "ProcessName"),
    }


def _refused() -> str:
    status, fine = field(_SECURITY, "Status"), field(_SECURITY, "SubStatus")
    given = {
        **attempt(),
        "logon.kind": "'refused'",
        "event.outcome": "'failure'",
        "winlog.logon.failure.reason": nt_reason(status, fine, field(_SECURITY, "FailureReason")),
        "winlog.logon.failure.status": hexadecimal(status),
        "winlog.logon.failure.sub_status": hexadecimal(fine),
    }
    return rows(given, 'windows_security WHERE "EventID" = 4625')


def _explicit() -> str:
    """4648: the account is the one whose password was given; who gave it is ``logon.by``."""
    given = {
        **attempt(),
        "logon.kind": "'explicit'",
        "event.outcome": "'unknown'",
        "winlog.logon.id": "NULL",
        "destination.domain": fact(_SECURITY, "TargetServerName"),
        "service.name": fact(_SECURITY, "TargetInfo"),
        "winlog.event_data.LogonGuid": guid(field(_SECURITY, "TargetLogonGuid")),
    }
    return rows(given, 'windows_security WHERE "EventID" = 4648')


def _outcome(reason: str, is_refused: str) -> dict[str, str]:
    """Return outcome and reason of events that report both; ``code`` is null where all went well."""
    return {
        "event.outcome": f"CASE WHEN {is_refused} THEN 'failure' ELSE 'success' END",
        "winlog.logon.failure.reason": reason,
        "winlog.logon.failure.status": "code",
    }


def _with_code(ids: str) -> str:
    """Return the events with their status as ``code``: worked out once, asked often."""
    status = f"coalesce({field(_SECURITY, 'Status')}, {field(_SECURITY, 'ResultCode')})"
    return f"""(SELECT *, {hexadecimal(status)} AS code FROM windows_security WHERE "EventID" IN {ids})"""


def _kerberos() -> str:
    """4768, 4769 and 4771, written by the domain controller that was asked."""
    name = fact(_SECURITY, "TargetUserName")
    given = {
        **_pointer(),
        **_outcome(words("code", meanings("kerberos")), '(code IS NOT NULL OR "EventID" = 4771)'),
        "logon.kind": "'kerberos'",
        "user.domain": fact(_SECURITY, "TargetDomainName"),
        # 4769 says account@REALM; the realm stands in TargetDomainName, too.
        "user.name": f"""CASE "EventID" WHEN 4769 THEN split_part({name}, '@', 1) ELSE {name} END""",
        "user.id": f"nullif({fact(_SECURITY, 'TargetSid')}, 'S-1-0-0')",
        "source.ip": address(field(_SECURITY, "IpAddress")),
        "source.port": port(field(_SECURITY, "IpPort")),
        "service.name": fact(_SECURITY, "ServiceName"),
        "winlog.event_data.LogonGuid": guid(field(_SECURITY, "LogonGuid")),
        "winlog.event_data.TicketEncryptionType": hexadecimal(
            field(_SECURITY, "TicketEncryptionType")
        ),
        "winlog.event_data.AuthenticationPackageName": "'Kerberos'",
    }
    return rows(given, _with_code("(4768, 4769, 4771)"))


def _ntlm() -> str:
    """4776, written by whoever holds the account: the domain controller, or the computer for its own."""
    given = {
        **_pointer(),
        **_outcome(words("code", meanings("statuses")), "code IS NOT NULL"),
        "logon.kind": "'ntlm'",
        "user.name": fact(_SECURITY, "TargetUserName"),
        "source.domain": fact(_SECURITY, "Workstation"),
        "winlog.event_data.AuthenticationPackageName": fact(_SECURITY, "PackageName"),
    }
    return rows(given, _with_code("(4776)"))


def _let_in() -> str:
    """1149: a client was let in; without network level authentication no password was checked."""
    given = {
        **_pointer(),
        "logon.kind": "'desktop'",
        "event.outcome": "'unknown'",
        "user.domain": fact(_TERMINAL, "Param2"),
        "user.name": fact(_TERMINAL, "Param1"),
        "source.ip": address(field(_TERMINAL, "Param3")),
    }
    return rows(
        given,
        """windows_terminalservices WHERE "EventID" = 1149
        AND contains(lower("Channel"), 'remoteconnectionmanager')""",
    )


def of_4624() -> dict[str, str]:
    """Return the columns that 4624 alone fills; the events that end a session have them empty."""
    elevated = text(field(_SECURITY, "ElevatedToken"))
    return {
        **attempt(),
        "logon.linked_id": hexadecimal(field(_SECURITY, "TargetLinkedLogonId")),
        "winlog.event_data.LogonGuid": guid(field(_SECURITY, "LogonGuid")),
        "logon.elevated": f"CASE lower({elevated}) WHEN '%%1842' THEN true WHEN 'yes' THEN true "
        "WHEN '%%1843' THEN false WHEN 'no' THEN false END",
    }


#: The kinds of rows that are one event each. Some events of desktops are; others are paired elsewhere.
_SINGLE: Final = {
    "refused": _refused,
    "explicit": _explicit,
    "kerberos": _kerberos,
    "ntlm": _ntlm,
    "desktop": _let_in,
}


def single_events(kinds: Collection[str]) -> list[str]:
    """Return a SELECT for each of some kinds of rows that are one event."""
    return [rows_of() for kind, rows_of in _SINGLE.items() if kind in kinds]
