"""Incidents of a case: those of the last run, and what people decided about them.

A decision belongs to an incident's id and survives every rerun. Where a later run finds that two incidents
are one, the decision of the one that lives on counts; that of the other stays readable under its own id.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.errors import UsageError
from gamekeeper.model.incidents import Disposition
from gamekeeper.store import incident_versions
from gamekeeper.store.clock import now

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
    if not _has_tables(manifest):
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
        said = decided.get(one["id"], Disposition())
        one["disposition"] = {
            "status": said.status,
            "owner": said.owner,
            "note": said.note,
            "changed_at": said.changed_at,
        }
    return found


def dispositions(manifest: Manifest) -> dict[str, Disposition]:
    """Return what was decided, by the id of the incident."""
    if not _has_tables(manifest):
        return {}
    rows = manifest.connection.execute(
        "SELECT incident, status, owner, note, changed_at FROM dispositions"
    )
    return {name: Disposition(*said) for name, *said in rows}


def decide(
    manifest: Manifest,
    incident: str,
    *,
    status: str | None = None,
    owner: str | None = None,
    note: str | None = None,
) -> Disposition:
    """Write what somebody decided; what is None stays as it was."""
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
        )
        connection.execute(
            "INSERT OR REPLACE INTO dispositions VALUES (?, ?, ?, ?, ?)",
            (incident, after.status, after.owner, after.note, after.changed_at),
        )
        incident_versions.decided(connection, incident, after.changed_at)
    return after


def _prepare(connection: sqlite3.Connection) -> None:
    for table in filter(
        str.strip, (*_TABLES.split(";"), incident_versions.TABLE)
    ):  # a script would commit what is under way
        connection.execute(table)


def _has_tables(manifest: Manifest) -> bool:
    rows = manifest.connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'dispositions'"
    )
    ((count,),) = rows
    return bool(count)
