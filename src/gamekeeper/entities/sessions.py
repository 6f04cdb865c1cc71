"""Logon sessions: (host, logon id, boot), from the logon to its end.

A logon id is given once between two starts of a machine. A session ends with its 4634 or 4647, or with the
next start. Sessions are as many as logons: they are computed in SQL and streamed, never held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.ecs import ecs_sql
from gamekeeper.model.ecs.forms import FORMS, said_sql
from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.store.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.store.sql import Database

SCHEMA: Final = pa.schema(
    [
        pa.field("id", pa.utf8(), nullable=False),
        pa.field("host.name", pa.utf8()),
        pa.field("winlog.logon.id", pa.utf8()),
        pa.field("user.name", pa.utf8()),
        pa.field("user.domain", pa.utf8()),
        pa.field("user.id", pa.utf8()),
        pa.field("winlog.logon.type", pa.utf8()),
        pa.field("source.ip", pa.utf8()),
        pa.field("source.domain", pa.utf8()),
        pa.field("event.start", pa.timestamp("us", tz="UTC")),
        pa.field("event.end", pa.timestamp("us", tz="UTC")),
        pa.field("ended_by", pa.utf8()),
        pa.field("linked_logon_id", pa.utf8()),
        pa.field("logon_guid", pa.utf8()),
        pa.field("logons", pa.int64()),
    ]
)
_SECURITY: Final = "windows.security"
_LOGON: Final = 4624
#: What a session takes from its logon, or from its end where the logon is not in the logs.
_TAKEN: Final = (
    "user.name",
    "user.domain",
    "user.id",
    "winlog.logon.type",
    "source.ip",
    "source.domain",
)


def _named(name: str) -> str:
    return f"{ecs_sql(_SECURITY, name)} AS {quoted(name)}"


def _form(column: str, form: str) -> str:
    return FORMS[form].sql(said_sql(quoted(column)))


def sessions_sql() -> str:
    """Return the question for all sessions, in order of host, time and logon id. Times are FILETIMEs."""
    said = ", ".join(map(_named, ("winlog.logon.id", *_TAKEN)))
    # The logon's word counts before that of later events: false is less than true.
    taken = ", ".join(
        f"arg_min({quoted(n)}, (code <> {_LOGON}, ft)) AS {quoted(n)}" for n in _TAKEN
    )
    return f"""
WITH boots AS (
  SELECT "host.name" AS host, "event.filetime" AS ft FROM windows_security WHERE "EventID" = 4608
  UNION
  SELECT "host.name", "event.filetime" FROM windows_system
  WHERE "EventID" = 12 AND lower("Provider_Name") = 'microsoft-windows-kernel-general'
), told AS (
  SELECT "EventID" AS code, "host.name" AS host, "event.filetime" AS ft, {said},
    {_form("TargetLinkedLogonId", "logon_id")} AS linked, {_form("LogonGuid", "guid")} AS guid
  FROM windows_security
  WHERE "EventID" IN ({_LOGON}, 4634, 4647) AND "event.filetime" IS NOT NULL
), placed AS (
  SELECT told.*, coalesce(boots.ft, 0) AS boot FROM told
  ASOF LEFT JOIN boots ON told.host = boots.host AND told.ft >= boots.ft
  WHERE "winlog.logon.id" IS NOT NULL
), grouped AS (
  SELECT host, boot, "winlog.logon.id",
    min(ft) FILTER (WHERE code = {_LOGON}) AS started, max(ft) FILTER (WHERE code <> {_LOGON}) AS ended,
    count(*) FILTER (WHERE code = {_LOGON}) AS logons, {taken},
    arg_min(linked, ft) FILTER (WHERE code = {_LOGON}) AS linked,
    arg_min(guid, ft) FILTER (WHERE code = {_LOGON}) AS guid
  FROM placed GROUP BY ALL
)
SELECT grouped.*, later.ft AS next_boot,
  'session-' || substr(md5(grouped.host || chr(31) || boot || chr(31) || "winlog.logon.id"), 1, 16) AS id
FROM grouped ASOF LEFT JOIN boots AS later ON grouped.host = later.host AND grouped.boot < later.ft
ORDER BY grouped.host, coalesce(started, ended), "winlog.logon.id"
"""  # noqa: S608


def sessions(database: Database) -> Iterator[pa.RecordBatch]:
    """Yield every session that the logs tell of, as ``SCHEMA``; ends without a logon are among them."""
    for batch in database.batches(sessions_sql()):
        yield _told(batch)


def _told(batch: pa.RecordBatch) -> pa.RecordBatch:
    ended, boot = batch.column("ended"), batch.column("next_boot")
    how = pc.if_else(
        pc.is_valid(ended),
        pa.scalar("logoff"),
        pc.if_else(pc.is_valid(boot), pa.scalar("next start"), pa.scalar(None, pa.utf8())),
    )
    made = {
        "event.start": _moment(batch.column("started")),
        "event.end": _moment(pc.coalesce(ended, boot)),
        "ended_by": how,
        "host.name": batch.column("host"),
        "linked_logon_id": batch.column("linked"),
        "logon_guid": batch.column("guid"),
    }
    return pa.RecordBatch.from_arrays(
        [(made[f.name] if f.name in made else batch.column(f.name)).cast(f.type) for f in SCHEMA],
        schema=SCHEMA,
    )


def _moment(filetimes: pa.Array) -> pa.Array:
    us = pc.divide(pc.subtract(filetimes.cast(pa.int64()), FILETIME_EPOCH), 10)
    return us.cast(SCHEMA.field("event.start").type)
