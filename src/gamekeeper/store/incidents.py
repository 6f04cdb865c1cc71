"""Incidents of a case: those of the last run, and what people decided about them.

A decision belongs to an incident's id, survives every rerun, and remembers what the incident was then
(``standing``). Where a later run finds that two incidents are one, what was decided about the other one is
told beside.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.errors import UsageError
from gamekeeper.model.incidents import DecidedOn, Disposition, Standing
from gamekeeper.store import incident_versions
from gamekeeper.store.clock import now
from gamekeeper.store.standing import as_json, facts, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from gamekeeper.store.manifest import Manifest

#: What an analyst may say of an incident.
STATUSES: Final = ("new", "in-progress", "confirmed", "benign", "closed")
#: Cases of earlier versions get these tables when something is first written to them.
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS incidents (
  run INTEGER NOT NULL REFERENCES runs,
  place INTEGER NOT NULL,
  id TEXT NOT NULL,
  incident TEXT NOT NULL,
  PRIMARY KEY (run, place)
) STRICT;
CREATE TABLE IF NOT EXISTS dispositions (
  incident TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  owner TEXT NOT NULL,
  note TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS decided_on (
  incident TEXT PRIMARY KEY,
  signals INTEGER NOT NULL,
  score_bits REAL NOT NULL,
  severity TEXT NOT NULL,
  anchors TEXT NOT NULL
) STRICT;
"""
#: Stands for a run that looked for incidents, so that one that found none is the last word, too.
_LOOKED: Final = -1


def keep(connection: sqlite3.Connection, run: int, incidents: Sequence[tuple[str, bytes]]) -> None:
    """Keep the incidents of a run, (id, JSON document) in their order, within the caller's transaction."""
    _prepare(connection)
    incident_versions.keep(connection, incidents)
    rows = [(run, place, name, text.decode()) for place, (name, text) in enumerate(incidents)]
    connection.executemany(
        "INSERT INTO incidents VALUES (?, ?, ?, ?)", [(run, _LOOKED, "", ""), *rows]
    )


def latest(manifest: Manifest) -> list[dict[str, object]]:
    """Return the incidents of the last run over all events, best first.

    Each has its ``disposition`` and its ``version``.
    """
    if not _has(manifest.connection, "dispositions"):
        return []
    rows = manifest.connection.execute(
        "SELECT incident FROM incidents WHERE run = (SELECT max(run) FROM incidents) AND place >= 0 "
        "ORDER BY place"
    )
    found = [orjson.loads(text) for (text,) in rows]
    decided = dispositions(manifest)
    versions = incident_versions.versions(manifest.connection, [one["id"] for one in found])
    for one in found:
        one["version"] = asdict(versions[one["id"]])
        one["disposition"] = as_json(
            standing(one["id"], facts(one), one.get("supersedes", ()), decided) or Standing()
        )
    return found


def dispositions(manifest: Manifest) -> dict[str, Disposition]:
    """Return what was decided, by the id of the incident."""
    if not _has(manifest.connection, "dispositions"):
        return {}
    rows = manifest.connection.execute(
        "SELECT incident, status, owner, note, changed_at FROM dispositions"
    )
    return {
        name: Disposition(
            status, owner, note, changed_at, _decided_on(manifest.connection, name, changed_at)
        )
        for name, status, owner, note, changed_at in rows
    }


def _decided_on(connection: sqlite3.Connection, incident: str, changed_at: str) -> DecidedOn | None:
    """Return what a status was given for; of decisions of earlier versions, what the last run had found."""
    if _has(connection, "decided_on"):
        rows = connection.execute(
            "SELECT signals, score_bits, severity, anchors FROM decided_on WHERE incident = ?",
            (incident,),
        )
        for signals, score_bits, severity, anchors in rows:
            return DecidedOn(signals, score_bits, severity, tuple(orjson.loads(anchors)))
    rows = connection.execute(
        "SELECT incident FROM incidents JOIN runs ON number = run WHERE id = ? AND finished_at <= ? "
        "ORDER BY run DESC LIMIT 1",
        (incident, changed_at),
    )
    return next((facts(orjson.loads(text)) for (text,) in rows), None)


def decide(
    manifest: Manifest,
    incident: str,
    *,
    status: str | None = None,
    owner: str | None = None,
    note: str | None = None,
) -> Disposition:
    """Write what somebody decided; what is None stays as it was.

    A status is given for the incident as the last run found it.
    """
    if status is not None and status not in STATUSES:
        raise UsageError(f"there is no status {status!r}; there are {', '.join(STATUSES)}")
    with manifest.transaction() as connection:
        _prepare(connection)
        before = dispositions(manifest).get(incident, Disposition())
        after = Disposition(
            before.status if status is None else status,
            before.owner if owner is None else owner,
            before.note if note is None else note,
            now(),
            before.decided_on if status is None else None,
        )
        after = replace(after, decided_on=after.decided_on or _last_found(connection, incident))
        connection.execute(
            "INSERT OR REPLACE INTO dispositions VALUES (?, ?, ?, ?, ?)",
            (incident, after.status, after.owner, after.note, after.changed_at),
        )
        _remember(connection, incident, after.decided_on)
        incident_versions.decided(connection, incident, after.changed_at)
    return after


def _prepare(connection: sqlite3.Connection) -> None:
    for table in filter(
        str.strip, (*_TABLES.split(";"), incident_versions.TABLE)
    ):  # a script would commit what is under way
        connection.execute(table)


def _last_found(connection: sqlite3.Connection, incident: str) -> DecidedOn | None:
    rows = connection.execute(
        "SELECT incident FROM incidents WHERE id = ? ORDER BY run DESC LIMIT 1", (incident,)
    )
    return next((facts(orjson.loads(text)) for (text,) in rows), None)


def _remember(connection: sqlite3.Connection, incident: str, found: DecidedOn | None) -> None:
    if found is not None:
        anchors = orjson.dumps(found.anchors).decode()
        connection.execute(
            "INSERT OR REPLACE INTO decided_on VALUES (?, ?, ?, ?, ?)",
            (incident, found.signals, found.score_bits, found.severity, anchors),
        )


def _has(connection: sqlite3.Connection, table: str) -> bool:
    rows = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    )
    ((count,),) = rows
    return bool(count)
