"""Who logged on where, from where, how, for how long, and who was refused.

A row is a session (4624 to 4634 or 4647), a refusal (4625), a password given by hand (4648), a ticket (4768,
4769, 4771), an NTLM check (4776), or a time at a desktop (session manager, 4778 and 4779, 1149).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.model.answers import Answer
from gamekeeper.model.folding import fold
from gamekeeper.questions.boots import BOOTS
from gamekeeper.questions.fragments import Condition, all_of, like, listed, numbers
from gamekeeper.questions.logons.columns import COLUMNS, listing, meanings
from gamekeeper.questions.logons.events import single_events
from gamekeeper.questions.logons.notes import notes
from gamekeeper.questions.logons.remote import remote_desktops
from gamekeeper.questions.logons.sessions import sessions

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: What a row can be about.
KINDS: Final = ("session", "refused", "explicit", "kerberos", "ntlm", "desktop")
#: Accounts that are no person's: computers, and what a computer itself logs on.
_MACHINES: Final = """(right("user.name", 1) = '$' OR coalesce("user.id", '') IN
  ('S-1-5-7', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20') OR starts_with("user.id", 'S-1-5-90-')
  OR starts_with("user.id", 'S-1-5-96-') OR lower("user.name") IN
  ('system', 'local service', 'network service', 'anonymous logon'))"""
_ORDER: Final = 'moment NULLS LAST, "event.source", "event.offset", "logon.kind"'


@dataclass(frozen=True, slots=True)
class LogonFilter:
    """Which logons are wanted; all given conditions hold, of several values of one any will do.

    ``types`` are numbers or names (``10``, ``RemoteInteractive``). ``accounts`` and ``sources`` are patterns
    with ``*`` and ``?``: an account answers to its name, to DOMAIN\\name and to its SID, a source to its
    address and to its workstation's name.
    """

    is_failed: bool = False
    is_interactive: bool = False
    is_people: bool = False
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def possible(self) -> frozenset[str]:
        """Return the kinds of rows that can be meant: the others need not be looked for."""
        kinds = {_kind(name) for name in self.kinds} or set(KINDS)
        if self.is_failed:
            kinds &= {"refused", "kerberos", "ntlm"}
        if self.types:
            kinds &= {"session", "refused"}
        if self.is_interactive:
            kinds &= {"session", "refused", "desktop"}
        return frozenset(kinds)

    def condition(self) -> Condition:
        """Return the condition on the rows. Raises UsageError for a type or kind that there is not."""
        terms: list[Condition] = []
        if self.is_failed:
            terms.append(("\"event.outcome\" = 'failure'", []))
        if self.is_interactive:
            types = numbers([int(code) for code in listing("interactive")])
            terms.append(
                (f'("winlog.event_data.LogonType" IN {types} OR "logon.kind" = \'desktop\')', [])
            )
        if self.is_people:
            terms.append((f"NOT coalesce({_MACHINES}, false)", []))
        if self.kinds:
            terms.append((f'"logon.kind" IN {listed([_kind(name) for name in self.kinds])}', []))
        if self.types:
            types = numbers([_type(name) for name in self.types])
            terms.append((f'"winlog.event_data.LogonType" IN {types}', []))
        if self.accounts:
            full = "coalesce(\"user.domain\", '') || '\\' || \"user.name\""
            terms.append(like(['"user.name"', '"user.id"', full], self.accounts))
        if self.sources:
            terms.append(like(['"source.ip"', '"source.domain"'], self.sources))
        return all_of(terms)


def _kind(name: str) -> str:
    if fold(name) not in KINDS:
        raise UsageError(f"there is no kind of logon {name}: give one of {', '.join(KINDS)}")
    return fold(name)


def _type(name: str) -> int:
    types = meanings("types")
    for code, said in types.items():
        if name == code or fold(name) == fold(said):
            return int(code)
    known = ", ".join(f"{code} ({said})" for code, said in types.items())
    raise UsageError(f"there is no logon type {name}: give one of {known}")


def logons(snapshot: Snapshot, selection: Selection, wanted: LogonFilter | None = None) -> Answer:
    """Return the logons, in order of time; those without a time come last."""
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    ask = f"SELECT {columns} FROM logons ORDER BY {_ORDER}"
    return _answer("logons", snapshot, selection, wanted or LogonFilter(), ask)


def logon_matrix(
    snapshot: Snapshot, selection: Selection, wanted: LogonFilter | None = None
) -> Answer:
    """Return which account came from where to where, how often, and when first and last.

    The target of 4648 is the server that it names, with this host as the source; of a ticket it is the
    service; of everything else it is the host that wrote the event.
    """
    ask = """
SELECT "user.domain", "user.name", CASE "logon.kind" WHEN 'explicit' THEN "host.name"
    ELSE coalesce("source.ip", "source.domain") END AS "source.address",
  coalesce("destination.domain", CASE "logon.kind" WHEN 'kerberos' THEN "service.name" END, "host.name")
    AS "destination.address",
  "logon.kind", "winlog.logon.type", "event.outcome",
  CAST(sum(greatest(coalesce("logon.count", 1), 1)) AS BIGINT) AS "count",
  min("@timestamp") AS first_seen, max("@timestamp") AS last_seen
FROM logons GROUP BY ALL ORDER BY ALL NULLS LAST"""
    return _answer("logon_matrix", snapshot, selection, wanted or LogonFilter(), ask)


def _answer(
    name: str, snapshot: Snapshot, selection: Selection, wanted: LogonFilter, ask: str
) -> Answer:
    where, parameters = wanted.condition()
    parts, selects, given = [BOOTS], single_events(wanted.possible()), list(parameters)
    if "session" in wanted.possible():
        pairs, found = sessions(where)
        parts.append(pairs)
        selects.append(found)
        given += parameters
    if "desktop" in wanted.possible():
        pairs, found = remote_desktops()
        parts.append(pairs)
        selects.append(found)
    # Where nothing can be meant, any kind will do: the condition leaves none of its rows.
    rows = " UNION ALL ".join(selects or single_events(KINDS))
    sql = f"WITH {','.join(parts)},\nlogons AS (SELECT * FROM ({rows}) WHERE {where}) {ask}"
    database = snapshot.database(selection)
    said = notes(database, selection)
    reader = database.query(sql, given)
    return Answer(name, reader.schema, reader, said)
