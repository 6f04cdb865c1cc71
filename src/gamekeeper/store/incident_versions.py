"""When each incident of a case came to be and when it last changed, for those who keep copies of it.

``created`` is the first event of the incident when it was first kept, and never moves. ``modified`` is its
last event or a decision, and later than before by a millisecond at least whenever the incident says
something else. No clock is asked, so that the same done to a case gives the same times but for decisions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from gamekeeper.model.incidents import Version
from gamekeeper.store.clock import utc

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

#: Cases of earlier versions get this table when something is first written to them.
TABLE: Final = """
CREATE TABLE IF NOT EXISTS incident_versions (
  incident TEXT PRIMARY KEY,
  created TEXT NOT NULL,
  modified TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT
"""
#: For incidents of which no event has a time.
_NO_TIME: Final = "1970-01-01T00:00:00.000000Z"
_TICK: Final = timedelta(milliseconds=1)  # what readers of STIX tell versions apart by at least


@dataclass(frozen=True, slots=True)
class _Row:
    """A version and the digest of what it says; "" where a decision of an earlier program came last."""

    version: Version
    digest: str


def keep(connection: sqlite3.Connection, incidents: Sequence[tuple[str, bytes]]) -> None:
    """Take note of the incidents of a run, (id, JSON document), before they are kept themselves."""
    for name, text in incidents:
        _write(connection, name, _next(_known(connection, name), text))


def decided(connection: sqlite3.Connection, incident: str, at: str) -> None:
    """Take note of a decision; ``at``: ISO time. What is no incident of the case has no version."""
    known = _known(connection, incident)
    if known is not None:
        version = _later(known.version, utc(at))
        _write(connection, incident, _Row(version, known.digest))


def versions(connection: sqlite3.Connection, incidents: Iterable[str]) -> dict[str, Version]:
    """Return the versions of some incidents, by id."""
    found = ((name, _known(connection, name)) for name in incidents)
    return {name: row.version for name, row in found if row is not None}


def _known(connection: sqlite3.Connection, incident: str) -> _Row | None:
    """Return what is on record; of a case of an earlier version, what would be."""
    if _has(connection):
        rows = connection.execute(
            "SELECT created, modified, digest FROM incident_versions WHERE incident = ?",
            (incident,),
        )
        for created, modified, digest in rows:
            return _Row(Version(created, modified), digest)
    return _replayed(connection, incident)


def _has(connection: sqlite3.Connection) -> bool:
    rows = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'incident_versions'"
    )
    ((count,),) = rows
    return bool(count)


def _replayed(connection: sqlite3.Connection, incident: str) -> _Row | None:
    found: _Row | None = None
    for (text,) in connection.execute(
        "SELECT incident FROM incidents WHERE id = ? ORDER BY run, place", (incident,)
    ):
        found = _next(found, text.encode())
    said = connection.execute("SELECT changed_at FROM dispositions WHERE incident = ?", (incident,))
    for (at,) in said:
        found = found and _Row(_later(found.version, utc(at)), found.digest)
    return found


def _next(known: _Row | None, text: bytes) -> _Row:
    digest = hashlib.sha256(text).hexdigest()
    if known is not None and known.digest == digest:
        return known
    document = orjson.loads(text)
    last = _time(document, "last_seen", "first_seen")
    if known is None:
        created = _time(document, "first_seen", "last_seen")
        return _Row(Version(created, max(created, last)), digest)
    return _Row(_later(known.version, last), digest)


def _time(document: dict[str, Any], *names: str) -> str:
    known = (document.get(name) for name in names)
    return next((utc(time) for time in known if time), _NO_TIME)


def _later(version: Version, time: str) -> Version:
    tick = datetime.fromisoformat(version.modified) + _TICK
    return Version(version.created, max(utc(tick.isoformat()), time))


def _write(connection: sqlite3.Connection, incident: str, row: _Row) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO incident_versions VALUES (?, ?, ?, ?)",
        (incident, row.version.created, row.version.modified, row.digest),
    )
