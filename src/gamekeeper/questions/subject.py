"""What a pivot starts from: the thing that was meant, and the conditions under which an event touches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from gamekeeper.entities.resolve import Entities
from gamekeeper.errors import UsageError
from gamekeeper.model.ecs import ecs_sql
from gamekeeper.model.ecs.forms import FORMS
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.store.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.entities.entity import Entity
    from gamekeeper.store.sql import Database


class Thing(StrEnum):
    """What may be pivoted on."""

    HOST = "host"
    ACCOUNT = "account"
    ADDRESS = "address"
    HASH = "hash"
    PROCESS = "process"
    FILE = "file"
    SESSION = "session"


_GUID: Final = re.compile(r"\{?[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}?", re.IGNORECASE)
_HASHES: Final = {32: "md5", 40: "sha1", 64: "sha256"}
_ACCOUNT_ROLES: Final = {
    "user": "as user",
    "user.target": "as target",
    "winlog.subject": "as requester",
}


@dataclass(frozen=True, slots=True)
class Role:
    """A way in which events touch the thing: ``where`` is SQL over the columns of one dataset."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that a pivot starts from."""

    thing: Thing
    shown: str
    roles: dict[str, tuple[Role, ...]]  # by dataset
    values: frozenset[str] = frozenset()  # folded: what it is called, no news among what is related
    notes: tuple[str, ...] = ()


def guess(text: str) -> Thing | None:
    """Return what a text looks like; None for a bare word, which may be a host or an account.

    >>> [str(guess(text)) for text in ("10.0.0.7", "EXAMPLE\\\\anna", "1064@ws01", "0x3e7@ws01", "ws01")]
    ['address', 'account', 'process', 'session', 'None']
    """
    tests = (
        (Thing.ADDRESS, _is_address(text)),
        (Thing.PROCESS, bool(_GUID.fullmatch(text) or re.fullmatch(r"[0-9]+@.+", text))),
        (Thing.SESSION, bool(re.fullmatch(r"0x[0-9a-fA-F]+(@.+)?", text))),
        (Thing.HASH, len(text) in _HASHES and bool(re.fullmatch("[0-9a-fA-F]+", text))),
        (Thing.ACCOUNT, text.upper().startswith("S-1-")),
        (Thing.FILE, bool(re.match(r"[A-Za-z]:\\|\\|/", text) or text.count("\\") > 1)),
        (
            Thing.FILE,
            bool(re.fullmatch(r"[^\\/]+\.(exe|dll|sys|ps1|bat|cmd|vbs|js|dit)", fold(text))),
        ),
        (Thing.ACCOUNT, "\\" in text or "@" in text or text.endswith("$")),
    )
    return next((thing for thing, holds in tests if holds), None)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def subject(database: Database, text: str, thing: Thing | None = None) -> Subject:
    """Return the thing that a person named; raise UsageError where it cannot be told what that is."""
    known = Entities(database)
    thing = thing or guess(text)
    if thing is None:
        thing = (
            Thing.HOST if known.hosts.id_of(text) or _hosts_called(known, text) else Thing.ACCOUNT
        )
    make = {
        Thing.HOST: _host,
        Thing.ACCOUNT: _account,
        Thing.ADDRESS: _address,
        Thing.HASH: _hash,
        Thing.PROCESS: _process,
        Thing.FILE: _file,
        Thing.SESSION: _session,
    }[thing]
    return make(database, known, text)


def _in(dataset: str, name: str, values: Iterable[str]) -> str | None:
    """Return the condition that a name has one of some folded values."""
    sql = ecs_sql(dataset, name)
    listed = ", ".join(map(literal, sorted(values)))
    return f"lower({sql}) IN ({listed})" if sql and listed else None


def _roles(
    database: Database, wanted: Iterable[tuple[str, str, Iterable[str]]], also: str = ""
) -> dict[str, tuple[Role, ...]]:
    """Return the roles (name, ECS name, folded values) in every dataset; ``also`` must hold as well."""
    listed = [(role, name, tuple(values)) for role, name, values in wanted]
    found = {}
    for dataset in database.held:
        conditions = ((role, _in(dataset, name, values)) for role, name, values in listed)
        roles = [Role(role, f"({where}){also}") for role, where in conditions if where is not None]
        if roles:
            found[dataset] = tuple(roles)
    return found


def _hosts_called(known: Entities, text: str) -> list[Entity]:
    folded = fold(text)
    return [
        host
        for host in known.hosts.entities
        if any(folded in {fold(name), short_host(name)} for name in host.names)
    ]


def _one_host(known: Entities, text: str) -> Entity:
    found = _hosts_called(known, text)
    exact = [host for host in found if fold(text) in {fold(name) for name in host.names}]
    found = exact or found
    if len(found) > 1:
        names = ", ".join(host.name for host in found)
        raise UsageError(f"{text!r} may be any of {names}: give the full name")
    if not found:
        raise UsageError(
            f"no host {text!r} in this case; 'gamekeeper entities' lists those that are"
        )
    return found[0]


def _origin(host: Entity) -> str:
    """Return the condition that an event is a host's own."""
    listed = ", ".join(literal(fold(name)) for name in host.names)
    return f'lower("Computer") IN ({listed})'


def _host(database: Database, known: Entities, text: str) -> Subject:
    host = _one_host(known, text)
    names = {fold(name) for name in host.names}
    short = {short_host(name) for name in host.names}
    called = names | short
    had = [lease for lease in known.leases() if lease.host == host.name]
    alone = {lease.address for lease in had if lease.is_only}
    named = [
        ("as source, by name", "source.domain", called),
        ("as destination, by name", "destination.domain", called),
        ("as source, by address", "source.ip", alone),
        ("as destination, by address", "destination.ip", alone),
    ]
    found = [_roles(database, named)]
    # Where others had the address before or after, only the host's own time with it counts.
    for lease in had:
        if lease.is_apart and not lease.is_only:
            also = f' AND "event.filetime" BETWEEN {lease.seen.first} AND {lease.seen.last}'
            lent = [(role, name, [lease.address]) for role, name, _ in named[2:]]
            found.append(_roles(database, lent, also))
    merged = {
        dataset: (
            Role("as origin", _origin(host)),
            *(role for roles in found for role in roles.get(dataset, ())),
        )
        for dataset in database.held
    }
    taken = sorted({lease.address for lease in had if lease.is_apart})
    left = sorted({lease.address for lease in had} - set(taken))
    notes = [f"addresses taken for it: {', '.join(taken)}"] if taken else []
    if left:
        notes.append(f"left out, other hosts had them at the same time: {', '.join(left)}")
    values = frozenset({*called, *(lease.address for lease in had)})
    return Subject(Thing.HOST, host.name, merged, values, (*notes, *host.notes))


def _account(database: Database, known: Entities, text: str) -> Subject:
    folded = fold(text)
    all_of_them = known.accounts()
    found = [
        one
        for one in all_of_them
        if folded in {fold(name) for name in (*one.names, *one.sids)}
        or _as_pair(folded) in {_as_pair(fold(name)) for name in one.names}
    ]
    if not found and "\\" not in text:
        found = [one for one in all_of_them if folded in {_as_pair(fold(n))[1] for n in one.names}]
    if len(found) > 1:
        listed = ", ".join(f"{one.name} ({', '.join(one.sids) or 'no SID'})" for one in found)
        raise UsageError(f"{text!r} may be any of {listed}: give a SID or DOMAIN\\user")
    if not found:
        raise UsageError(
            f"no account {text!r} in this case; 'gamekeeper entities' lists those that are"
        )
    account = found[0]
    roles: dict[str, tuple[Role, ...]] = {}
    for dataset in database.held:
        conditions = ((r, _is_account(dataset, p, account)) for p, r in _ACCOUNT_ROLES.items())
        roles[dataset] = tuple(Role(role, where) for role, where in conditions if where)
    pairs = {_as_pair(fold(name)) for name in account.names}
    values = frozenset({name for _, name in pairs} | {fold(sid) for sid in account.sids})
    return Subject(Thing.ACCOUNT, account.name, roles, values, account.notes)


def _as_pair(name: str) -> tuple[str, str]:
    """Return (domain, name) of a folded ``domain\\name`` or ``name@realm``."""
    domain, slash, user = name.rpartition("\\")
    if not slash and "@" in name:
        user, _, domain = name.partition("@")
    return domain, user


def _is_account(dataset: str, prefix: str, account: Entity) -> str | None:
    """Return the condition that the account of one role is the one: by SID, else by domain and name."""
    sid = ecs_sql(dataset, f"{prefix}.id")
    name, domain = ecs_sql(dataset, f"{prefix}.name"), ecs_sql(dataset, f"{prefix}.domain")
    terms = []
    if sid and account.sids:
        terms.append(f"{sid} IN ({', '.join(map(literal, account.sids))})")
    if name:
        # Read once, whatever the number of names: it may come out of a long text.
        spelt = f"coalesce({domain} || '\\', '') || {name}" if domain else name
        pairs = sorted({_as_pair(fold(one)) for one in account.names})
        listed = [
            literal(f"{its_domain}\\{user}" if its_domain else user) for its_domain, user in pairs
        ]
        if listed:
            without = f"{sid} IS NULL AND " if sid else ""
            terms.append(f"({without}lower({spelt}) IN ({', '.join(listed)}))")
    return " OR ".join(terms) or None


def _address(database: Database, known: Entities, text: str) -> Subject:
    address = FORMS["address"].apply(text)
    if not isinstance(address, str) or not _is_address(address):
        raise UsageError(f"{text!r} is no address")
    roles = _roles(
        database,
        [("as source", "source.ip", [address]), ("as destination", "destination.ip", [address])],
    )
    owners = [one for one in known.addresses() if one.name == address]
    notes = [f"it was {name}'s" for one in owners for name in one.names[1:]]
    return Subject(Thing.ADDRESS, address, roles, frozenset({address}), tuple(notes))


def _hash(database: Database, _known: Entities, text: str) -> Subject:
    digest = fold(text)
    if len(digest) not in _HASHES or not re.fullmatch("[0-9a-f]+", digest):
        raise UsageError(f"{text!r} is no MD5, SHA-1 or SHA-256")
    kind = _HASHES[len(digest)]
    wanted = [
        ("as program", f"process.hash.{kind}", [digest]),
        ("as file", f"file.hash.{kind}", [digest]),
    ]
    if kind == "md5":
        wanted += [
            ("as program, by imports", "process.pe.imphash", [digest]),
            ("as file, by imports", "file.pe.imphash", [digest]),
        ]
    return Subject(Thing.HASH, digest, _roles(database, wanted), frozenset({digest}))


def _file(database: Database, _known: Entities, text: str) -> Subject:
    folded = fold(text)
    is_path = "\\" in text or "/" in text
    last = "path" if is_path else "name"
    program = "executable" if is_path else "name"
    wanted = [
        ("as file", f"file.{last}", [folded]),
        ("as program", f"process.{program}", [folded]),
        ("as parent", f"process.parent.{program}", [folded]),
    ]
    if is_path:
        wanted.append(("as target", "Target.process.executable", [folded]))
    return Subject(Thing.FILE, text, _roles(database, wanted), frozenset({folded}))


def _process(database: Database, known: Entities, text: str) -> Subject:
    ids = [
        ("as process", "process"),
        ("as parent", "process.parent"),
        ("as target", "Target.process"),
    ]
    if _GUID.fullmatch(text):
        guid = "{" + text.strip("{}").lower() + "}"
        roles = _roles(database, [(role, f"{name}.entity_id", [guid]) for role, name in ids])
        lives = _lives(database, f'"process.entity_id" = {literal(guid.upper())}')
        values = frozenset({guid})
    else:
        pid, _, host_name = text.partition("@")
        if not pid.isdigit() or not host_name:
            raise UsageError(f"{text!r} is no process: give its GUID or PID@HOST")
        host = _one_host(known, host_name)
        wanted = [(role, f"{name}.pid", [str(int(pid))]) for role, name in ids]
        roles = _roles_of_numbers(database, wanted, f" AND {_origin(host)}")
        lives = _lives(database, f'"process.pid" = {int(pid)} AND {_origin(host)}')
        values = frozenset[str]()
        if len(lives) > 1:
            shown = ", ".join(f"{one.guid} ({one.image})" for one in lives)
            note = f"several processes had that id: {shown}"
            return Subject(Thing.PROCESS, text, roles, values, (note,))
        return Subject(Thing.PROCESS, text, roles, values)
    notes = []
    for life in lives:
        # Other logs know the process by its number, while it lived.
        span = f' AND lower("Computer") = {literal(life.computer)} AND {life.when()}'
        wanted = [(f"{role}, by pid", f"{name}.pid", [life.pid]) for role, name in ids]
        for dataset, more in _roles_of_numbers(database, wanted, span).items():
            if dataset != "windows.sysmon":
                roles[dataset] = (*roles.get(dataset, ()), *more)
        notes.append(f"process {life.pid} on {life.computer}: {life.image}")
    return Subject(Thing.PROCESS, text, roles, values, tuple(notes))


def _roles_of_numbers(
    database: Database, wanted: Iterable[tuple[str, str, list[str]]], also: str
) -> dict[str, tuple[Role, ...]]:
    listed = list(wanted)
    found = {}
    for dataset in database.held:
        sqls = ((role, ecs_sql(dataset, name), values) for role, name, values in listed)
        roles = [
            Role(role, f"({sql} IN ({', '.join(values)})){also}")
            for role, sql, values in sqls
            if sql
        ]
        if roles:
            found[dataset] = tuple(roles)
    return found


@dataclass(frozen=True, slots=True)
class _Life:
    guid: str
    computer: str
    pid: str
    image: str
    first: int
    last: int | None  # its end, where the log has one

    def when(self) -> str:
        """Return the condition that an event fell into its life; clocks of two logs differ by less."""
        margin = 20_000_000
        until = "" if self.last is None else f' AND "event.filetime" <= {self.last + margin}'
        return f'"event.filetime" >= {self.first - margin}{until}'


def _lives(database: Database, where: str) -> list[_Life]:
    """Return the processes that Sysmon tells of."""
    sysmon = "windows.sysmon"
    if sysmon not in database.held:
        return []
    named = ("process.entity_id", "process.pid", "process.executable")
    chosen = ", ".join(f'{ecs_sql(sysmon, name)} AS "{name}"' for name in named)
    sql = (
        f'SELECT "process.entity_id" AS guid, lower("Computer") AS computer, '
        'any_value("process.pid") AS pid, min("process.executable") AS image, '
        'min("event.filetime") AS first, max("event.filetime") FILTER (WHERE "EventID" = 5) AS ended '
        f'FROM (SELECT "Computer", "event.filetime", "EventID", {chosen} FROM windows_sysmon) '
        f'WHERE {where} AND "process.entity_id" IS NOT NULL AND "process.pid" IS NOT NULL '
        'AND "event.filetime" IS NOT NULL '
        "GROUP BY ALL ORDER BY first, guid"
    )
    return [
        _Life(
            row["guid"],
            row["computer"],
            str(row["pid"]),
            row["image"] or "",
            row["first"],
            row["ended"],
        )
        for row in database.table(sql).to_pylist()
    ]


def _session(database: Database, known: Entities, text: str) -> Subject:
    number, _, host_name = text.partition("@")
    if not re.fullmatch(r"0x[0-9a-fA-F]{1,16}", number):
        raise UsageError(f"{text!r} is no logon id: give it as 0x3e7@HOST")
    logon = f"{int(number, 16):#x}"
    if not host_name:
        raise UsageError(f"a logon id is one host's: give it as {logon}@HOST")
    host = _one_host(known, host_name)
    roles = _roles(
        database,
        [
            ("as session", "winlog.logon.id", [logon]),
            ("as requester's session", "winlog.subject.logon_id", [logon]),
        ],
        f" AND {_origin(host)}",
    )
    shown = f"{logon}@{host.name}"
    return Subject(Thing.SESSION, shown, roles, frozenset({logon}))
