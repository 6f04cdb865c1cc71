"""What single logs say about accounts, in SQL: counted by everything that is said, before accounts are
joined."""

from __future__ import annotations

from typing import Final

from gamekeeper.questions.fragments import fact, field, hexadecimal, numbers

_SECURITY: Final = "windows.security"
_SYSTEM: Final = "windows.system"
_SYSMON: Final = "windows.sysmon"
_SCHEDULER: Final = "windows.taskscheduler"
_TERMINAL: Final = "windows.terminalservices"

#: Events whose target is an account that logs on, or tries to.
_LOGONS: Final = (4624, 4625, 4634, 4647, 4648, 4768, 4769, 4771, 4776)
#: Events whose target is an account that is changed.
_CHANGES: Final = (4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740, 4767, 4781)
#: Members come into groups and leave them: security groups, then those for mail.
JOINED: Final = (4728, 4732, 4756, 4746, 4751, 4761)
LEFT: Final = (4729, 4733, 4757, 4747, 4752, 4762)


def facts() -> str:
    """Return the SELECT of (role, host, code, domain, name, sid, kind, failed, about, n, first_seen,
    last_seen)."""
    parts = (_subjects(), _targets(), _members(), _privileges(), *_service_accounts(), *_users())
    return " UNION ALL ".join((*parts, _envelopes()))


def _part(role: str, origin: str, **given: str) -> str:
    names = {"domain": "VARCHAR", "name": "VARCHAR", "sid": "VARCHAR", "kind": "VARCHAR"}
    said = ", ".join(
        f"CAST({given.get(key, 'NULL')} AS {sql}) AS {key}" for key, sql in names.items()
    )
    return f"""
SELECT '{role}' AS role, "host.name" AS host, "EventID" AS code, {said},
  CAST({given.get("failed", "false")} AS BOOLEAN) AS failed,
  CAST({given.get("about", "NULL")} AS VARCHAR) AS about,
  count(*) AS n, min("@timestamp") AS first_seen, max("@timestamp") AS last_seen
FROM {origin} GROUP BY ALL"""


def _subjects() -> str:
    return _part(
        "subject",
        f"""windows_security WHERE {fact(_SECURITY, "SubjectUserName")} IS NOT NULL""",
        domain=fact(_SECURITY, "SubjectDomainName"),
        name=fact(_SECURITY, "SubjectUserName"),
        sid=fact(_SECURITY, "SubjectUserSid"),
    )


def _targets() -> str:
    status = hexadecimal(
        f"coalesce({field(_SECURITY, 'Status')}, {field(_SECURITY, 'ResultCode')})"
    )
    return _part(
        "target",
        f"""windows_security WHERE "EventID" IN {numbers((*_LOGONS, *_CHANGES))}
  AND {fact(_SECURITY, "TargetUserName")} IS NOT NULL""",
        domain=fact(_SECURITY, "TargetDomainName"),
        name=fact(_SECURITY, "TargetUserName"),
        sid=f"coalesce({fact(_SECURITY, 'TargetUserSid')}, {fact(_SECURITY, 'TargetSid')})",
        kind=fact(_SECURITY, "LogonType"),
        failed=f"""CASE WHEN "EventID" IN (4625, 4771) THEN true
    WHEN "EventID" IN (4768, 4769, 4776) THEN {status} IS NOT NULL ELSE false END""",
    )


def _members() -> str:
    """Return members of groups: the group is the target, the member often a SID alone."""
    return _part(
        "member",
        f"""windows_security WHERE "EventID" IN {numbers((*JOINED, *LEFT))}""",
        sid=fact(_SECURITY, "MemberSid"),
        about=fact(_SECURITY, "TargetUserName"),
    )


def _privileges() -> str:
    return _part(
        "privileged",
        'windows_security WHERE "EventID" = 4672',
        domain=fact(_SECURITY, "SubjectDomainName"),
        name=fact(_SECURITY, "SubjectUserName"),
        sid=fact(_SECURITY, "SubjectUserSid"),
        about=fact(_SECURITY, "PrivilegeList"),
    )


def _service_accounts() -> tuple[str, str]:
    """Return accounts that services were installed to run as."""
    return (
        _part(
            "service",
            f"""windows_system WHERE "EventID" = 7045 AND {fact(_SYSTEM, "AccountName")} IS NOT NULL""",
            name=fact(_SYSTEM, "AccountName"),
            about=fact(_SYSTEM, "ServiceName"),
        ),
        _part(
            "service",
            f"""windows_security WHERE "EventID" = 4697
  AND {fact(_SECURITY, "ServiceAccount")} IS NOT NULL""",
            name=fact(_SECURITY, "ServiceAccount"),
            about=fact(_SECURITY, "ServiceName"),
        ),
    )


def _users() -> tuple[str, ...]:
    """Return accounts as other logs name them, domain and name in one text."""
    named = (
        ("windows_sysmon", fact(_SYSMON, "User")),
        ("windows_taskscheduler", fact(_SCHEDULER, "UserName")),
        ("windows_taskscheduler", fact(_SCHEDULER, "UserContext")),
        ("windows_terminalservices", fact(_TERMINAL, "User")),
    )
    return tuple(
        _part("user", f"{view} WHERE {name} IS NOT NULL", name=name) for view, name in named
    )


def _envelopes() -> str:
    """Return the accounts that events were logged under: a SID, in the envelope of any event."""
    return _part(
        "logger",
        """events WHERE starts_with("Security_UserID", 'S-1-5-21-')""",
        sid='"Security_UserID"',
    )
