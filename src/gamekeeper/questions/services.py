"""Services: what was installed, changed, started and stopped, on which hosts, and on how many.

Witnesses are Service Control Manager 7045, 7040 and 7036, Security 4697, and Sysmon 13 on the keys of
services. Equal ones on one host are one row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.model.answers import Answer
from gamekeeper.questions.fragments import (
    EVIDENCE,
    SEEN,
    all_of,
    fact,
    field,
    hexadecimal,
    like,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_SYSTEM: Final = "windows.system"
_SECURITY: Final = "windows.security"
_SYSMON: Final = "windows.sysmon"
#: The part of a key behind CurrentControlSet: the service, and the value that says what it does.
_KEY: Final = (
    r"(?i)\\(?:CurrentControlSet|ControlSet[0-9]+)\\Services\\([^\\]+)\\(?:Parameters\\)?"
    r"(ImagePath|ServiceDll|ObjectName|Start|FailureCommand)$"
)
#: What every witness says; equal in all of these on one host is one row.
_SAID: Final = """"host.name", "event.action", "service.name", "service.display_name",
  "winlog.event_data.ImagePath", "winlog.event_data.AccountName", "winlog.event_data.StartType",
  "winlog.event_data.ServiceType", "service.state", "user.domain", "user.name", "user.id",
  "process.executable\""""


def services(
    snapshot: Snapshot,
    selection: Selection,
    names: Sequence[str] = (),
    *,
    is_installed: bool = False,
) -> Answer:
    """Return what was seen of services, a row for each host and thing seen, in order of time.

    ``names`` are patterns of names, display names and paths. ``is_installed`` leaves out what 7036 and 7040
    say: services that were there already. ``prevalence.name`` and ``prevalence.path`` count the hosts of the
    selection with a service of that name, or that path.
    """
    terms = [
        like(['"service.name"', '"service.display_name"', '"winlog.event_data.ImagePath"'], names)
    ]
    where, parameters = all_of(terms if names else [])
    if is_installed:
        where += """ AND "event.action" IN ('installed', 'written to the registry')"""
    sql = f"""
WITH witnesses AS ({_installed()} UNION ALL {_audited()} UNION ALL {_changed()} UNION ALL {_registry()}),
kinds AS (
  SELECT {_SAID}, list_sort(list(DISTINCT "EventID")) AS "event.code", {SEEN}
  FROM witnesses GROUP BY {_SAID}
),
by_name AS (
  SELECT lower("service.name") AS name_key, count(DISTINCT "host.name") AS by_name FROM kinds GROUP BY ALL
),
by_path AS (
  SELECT lower("winlog.event_data.ImagePath") AS path_key, count(DISTINCT "host.name") AS by_path
  FROM kinds GROUP BY ALL
)
SELECT first_seen, last_seen, "count", {_SAID}, "event.code", by_name AS "prevalence.name",
  by_path AS "prevalence.path", {EVIDENCE}
FROM kinds
LEFT JOIN by_name ON lower("service.name") = name_key
LEFT JOIN by_path ON lower("winlog.event_data.ImagePath") = path_key
WHERE {where}
ORDER BY earliest, {_SAID}"""
    database = snapshot.database(selection)
    reader = database.query(sql, parameters)
    return Answer("services", reader.schema, reader)


def _meanings(of: str) -> dict[str, str]:
    table: dict[str, str] = content.load_yaml("mappings/services.yml")[of]
    return table


def _row(source: str, **given: str) -> str:
    """Return a SELECT of one witness; what it does not say is null."""
    names = {
        "action": "event.action",
        "name": "service.name",
        "display": "service.display_name",
        "path": "winlog.event_data.ImagePath",
        "account": "winlog.event_data.AccountName",
        "start": "winlog.event_data.StartType",
        "kind": "winlog.event_data.ServiceType",
        "state": "service.state",
        "domain": "user.domain",
        "user": "user.name",
        "sid": "user.id",
        "process": "process.executable",
    }
    said = ", ".join(
        f'CAST({given.get(short, "NULL")} AS VARCHAR) AS "{name}"' for short, name in names.items()
    )
    return f"""SELECT "host.name", {said}, "EventID", "@timestamp", "event.filetime", "event.source",
      "event.offset", "event.record_id" FROM {source}"""


def _start(value: str) -> str:
    """Return a start type in words; other words stay as they are."""
    return f"coalesce({words(value, _meanings('start'))}, {value})"


def _kind(dataset: str) -> str:
    value = field(dataset, "ServiceType")
    return (
        f"coalesce({words(hexadecimal(value), _meanings('type'))}, {fact(dataset, 'ServiceType')})"
    )


def _installed() -> str:
    return _row(
        """windows_system WHERE "EventID" = 7045""",
        action="'installed'",
        name=fact(_SYSTEM, "ServiceName"),
        path=fact(_SYSTEM, "ImagePath"),
        account=fact(_SYSTEM, "AccountName"),
        start=_start(fact(_SYSTEM, "StartType")),
        kind=_kind(_SYSTEM),
        sid='"Security_UserID"',
    )


def _audited() -> str:
    return _row(
        """windows_security WHERE "EventID" = 4697""",
        action="'installed'",
        name=fact(_SECURITY, "ServiceName"),
        path=fact(_SECURITY, "ServiceFileName"),
        account=fact(_SECURITY, "ServiceAccount"),
        start=_start(fact(_SECURITY, "ServiceStartType")),
        kind=_kind(_SECURITY),
        domain=fact(_SECURITY, "SubjectDomainName"),
        user=fact(_SECURITY, "SubjectUserName"),
        sid=fact(_SECURITY, "SubjectUserSid"),
    )


def _changed() -> str:
    """7040 (start type, with the service's own name) and 7036 (state, with the name that people see)."""
    return _row(
        """windows_system WHERE "EventID" IN (7036, 7040)
      AND lower("Provider_Name") = 'service control manager'""",
        action="""CASE "EventID" WHEN 7040 THEN 'start type changed' ELSE 'state changed' END""",
        name=f"""CASE "EventID" WHEN 7040 THEN {fact(_SYSTEM, "param4")} END""",
        display=fact(_SYSTEM, "param1"),
        start=f"""CASE "EventID" WHEN 7040 THEN {fact(_SYSTEM, "param3")} END""",
        state=f"""CASE "EventID" WHEN 7036 THEN {fact(_SYSTEM, "param2")} END""",
        sid="""CASE "EventID" WHEN 7040 THEN "Security_UserID" END""",
    )


def _registry() -> str:
    key, details = field(_SYSMON, "TargetObject"), fact(_SYSMON, "Details")
    number = f"'dword' || ltrim(regexp_extract({details}, '0x([0-9a-fA-F]+)', 1), '0')"
    value = f"lower(regexp_extract({key}, '{_KEY}', 2))"
    return _row(
        f"""windows_sysmon WHERE "EventID" = 13 AND regexp_matches({key}, '{_KEY}')""",
        action="'written to the registry'",
        name=f"regexp_extract({key}, '{_KEY}', 1)",
        path=f"CASE WHEN {value} IN ('imagepath', 'servicedll', 'failurecommand') THEN {details} END",
        account=f"CASE {value} WHEN 'objectname' THEN {details} END",
        start=f"CASE {value} WHEN 'start' THEN {words(number, _meanings('start'))} END",
        user=fact(_SYSMON, "User"),
        process=fact(_SYSMON, "Image"),
    )
