"""What a case says of names, as distinct tuples: the only part of the room that asks the store.

Rows are grouped by the fields as stored before any form is applied, so that the work after the scan is that
of distinct values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.entities.accounts import Naming, Renamed
from gamekeeper.entities.addresses import Binding
from gamekeeper.entities.entity import Seen
from gamekeeper.entities.hosts import HostEvidence, MachineAccount, OwnAccount, Rename, Sighting
from gamekeeper.model.ecs import ecs_fields, ecs_sql
from gamekeeper.model.ecs.mapping import is_costly
from gamekeeper.store.sql import quoted, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.store.sql import Database

Row = dict[str, object]
_ROLES: Final = ("user", "user.target", "winlog.subject")
#: Logs whose ``source.domain`` is a computer's name; Sysmon's comes from reverse DNS.
_NAMING_COMPUTERS: Final = ("windows.security", "windows.ntlm", "windows.wmi")
_SEEN: Final = 'count(*) AS n, min("event.filetime") AS first, max("event.filetime") AS last'


def rows(database: Database, sql: str) -> Iterator[Row]:
    """Yield the rows of a question; few, since they are distinct."""
    for batch in database.batches(sql):
        yield from batch.to_pylist()


def distinct_sql(
    dataset: str, names: Sequence[str], where: str = "TRUE", host: str = "host.name"
) -> str:
    """Return a question for the distinct tuples of ECS names, with the host's name, n, first and last.

    ``host`` is the column that the answer's ``host`` comes from: the short name, or ``Computer``.
    """
    fields = ", ".join(quoted(field) for field in (*ecs_fields(dataset, tuple(names)), host))
    grouped = f"SELECT {fields}, {_SEEN} FROM {table_of(dataset)} WHERE {where} GROUP BY ALL"  # noqa: S608
    chosen = ", ".join(f"{ecs_sql(dataset, name) or 'NULL'} AS {quoted(name)}" for name in names)
    summed = 'sum(n)::BIGINT AS n, min("first") AS first, max("last") AS last'
    return f"SELECT {chosen}, {quoted(host)} AS host, {summed} FROM ({grouped}) GROUP BY ALL"  # noqa: S608


def _seen(row: Row) -> Seen:
    first, last = row["first"], row["last"]
    return Seen(
        int(str(row["n"])),
        None if first is None else int(str(first)),
        None if last is None else int(str(last)),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def namings(database: Database) -> Iterator[Naming]:
    """Yield every way in which an account is named."""
    for dataset in database.held:
        for role in _ROLES:
            # What is picked out of long texts costs more than it tells: the same logs have the SID.
            names = [
                name
                for name in (f"{role}.id", f"{role}.name", f"{role}.domain")
                if not is_costly(dataset, name)
            ]
            if not any(ecs_sql(dataset, name) for name in names):
                continue
            for row in rows(database, distinct_sql(dataset, names)):
                sid, name, domain = (
                    _text(row.get(f"{role}.{k}")) for k in ("id", "name", "domain")
                )
                # Aliases such as Administrators are groups, whatever field they stand in.
                if (sid or name) and not sid.startswith("S-1-5-32-"):
                    yield Naming(sid, name, domain, _text(row["host"]), _seen(row))


def account_renames(database: Database) -> Iterator[Renamed]:
    """Yield what 4781 tells."""
    sql = (
        'SELECT DISTINCT "TargetSid" AS sid, "OldTargetUserName" AS old, "NewTargetUserName" AS new '
        'FROM windows_security WHERE "EventID" = 4781 AND "TargetSid" IS NOT NULL '
        'AND "OldTargetUserName" <> "NewTargetUserName"'
    )
    for row in rows(database, sql):
        yield Renamed(_text(row["sid"]), _text(row["old"]), _text(row["new"]))


def host_evidence(database: Database, accounts: Sequence[Naming]) -> HostEvidence:
    """Return what the case tells of computers' names."""
    return HostEvidence(
        tuple(_sightings(database)),
        tuple(_own_accounts(database)),
        tuple(
            MachineAccount(naming.name, naming.domain, naming.sid)
            for naming in accounts
            if naming.name.endswith("$") and naming.sid.startswith("S-1-5-21-")
        ),
        tuple(_host_renames(database)),
    )


def _sightings(database: Database) -> Iterator[Sighting]:
    sql = f'SELECT "Computer" AS name, {_SEEN} FROM events WHERE "Computer" <> \'\' GROUP BY ALL'  # noqa: S608
    for row in rows(database, sql):
        yield Sighting(_text(row["name"]), _seen(row))
    for dataset in _NAMING_COMPUTERS:
        if dataset in database.held:
            for row in rows(database, distinct_sql(dataset, ["source.domain"])):
                if row["source.domain"]:
                    yield Sighting(_text(row["source.domain"]), _seen(row), is_origin=False)


def _own_accounts(database: Database) -> Iterator[OwnAccount]:
    sql = (
        'SELECT DISTINCT "Computer" AS computer, "SubjectUserName" AS account, '
        '"SubjectDomainName" AS domain FROM windows_security '
        "WHERE \"SubjectUserSid\" = 'S-1-5-18' AND ends_with(\"SubjectUserName\", '$')"
    )
    for row in rows(database, sql):
        yield OwnAccount(*(_text(row[name]) for name in ("computer", "account", "domain")))


def _host_renames(database: Database) -> Iterator[Rename]:
    second = "list_extract(list_filter(\"event.rest\", lambda p: lower(p.name) = 'data'), 1).value"
    told = (
        f'SELECT DISTINCT "Computer" AS computer, "Data" AS old, {second} AS new FROM windows_system '  # noqa: S608
        'WHERE "EventID" = 6011 AND lower("Provider_Name") = \'eventlog\''
    )
    for row in rows(database, told):
        if row["old"] and row["new"]:
            yield Rename(
                _text(row["computer"]), _text(row["old"]), _text(row["new"]), "renamed (event 6011)"
            )
    told = (
        'SELECT DISTINCT "Computer" AS computer, "OldTargetUserName" AS old, "NewTargetUserName" AS new '
        'FROM windows_security WHERE "EventID" = 4781 AND ends_with("OldTargetUserName", \'$\') '
        "AND ends_with(\"NewTargetUserName\", '$')"
    )
    for row in rows(database, told):
        yield Rename(
            _text(row["computer"]), _text(row["old"]), _text(row["new"]), "renamed (event 4781)"
        )


def bindings(database: Database) -> Iterator[Binding]:
    """Yield which host used which address, by what its own logs and logons tell."""
    security, sysmon = "windows.security", "windows.sysmon"
    if sysmon in database.held:
        out = '"EventID" = 3 AND "Initiated" = \'true\' AND "Protocol" = \'tcp\''
        yield from _bound(database, sysmon, out, "host", "it connected from there (Sysmon 3)")
    if security in database.held:
        out = '"EventID" = 5156 AND "Direction" = \'%%14593\''
        yield from _bound(database, security, out, "host", "it connected from there (5156)")
        machine = '"EventID" = 4624 AND ends_with("TargetUserName", \'$\')'
        yield from _bound(
            database, security, machine, "user.name", "its own account logged on from there (4624)"
        )
        named = (
            "\"EventID\" IN (4624, 4625) AND \"LogonType\" IN ('3', '8', '10') "
            "AND \"WorkstationName\" NOT IN ('', '-')"
        )
        yield from _bound(
            database, security, named, "source.domain", "a logon names both (4624, 4625)"
        )
        session = '"EventID" IN (4778, 4779)'
        yield from _bound(
            database, security, session, "source.domain", "a remote session names both (4778)"
        )


def _bound(database: Database, dataset: str, where: str, host: str, rule: str) -> Iterator[Binding]:
    names = ["source.ip", *([] if host == "host" else [host])]
    if host == "user.name":
        names.append("user.domain")
    for row in rows(database, distinct_sql(dataset, names, where, "Computer")):
        if row["source.ip"] and row[host]:
            name, domain = _text(row[host]).removesuffix("$"), _text(row.get("user.domain"))
            yield Binding(_text(row["source.ip"]), name, rule, _seen(row), domain)
