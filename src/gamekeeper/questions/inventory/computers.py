"""The computers that the events come from: names, system, starts and stops, time zone, and what of them is
there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from gamekeeper.model.answers import Answer
from gamekeeper.questions.boots import BOOTS
from gamekeeper.questions.fragments import address, fact, field, others, text, values
from gamekeeper.questions.inventory.system_build import named_system, time_zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_SYSTEM: Final = "windows.system"
_SYSMON: Final = "windows.sysmon"
_SECURITY: Final = "windows.security"
#: Names and addresses of one computer that are shown; more than a few are a collector's or a laptop's.
_MOST: Final = 20
_NO_SYSTEM: Final = (
    "no Kernel-General 12, EventLog 6009 or 6013 here: versions and time zones are not known"
)
_TIME: Final = pa.timestamp("us", tz="UTC")
_SCHEMA: Final = pa.schema(
    [
        pa.field("host.name", pa.utf8()),
        pa.field("host.hostname", pa.list_(pa.utf8())),
        pa.field("host.domain", pa.utf8()),
        pa.field("host.type", pa.utf8()),
        pa.field("host.os.name", pa.utf8()),
        pa.field("host.os.version", pa.utf8()),
        pa.field("event.timezone", pa.utf8()),
        pa.field("host.ip", pa.list_(pa.utf8())),
        pa.field("host.boots", pa.int64()),
        pa.field("host.last_boot", _TIME),
        pa.field("host.crashes", pa.int64()),
        pa.field("host.restarts_asked", pa.int64()),
        pa.field("host.uptime", pa.int64()),
        pa.field("count", pa.int64()),
        pa.field("first_seen", _TIME),
        pa.field("last_seen", _TIME),
        pa.field("days", pa.int64()),
        pa.field("winlog.channel", pa.list_(pa.utf8())),
        pa.field("sources", pa.int64()),
    ]
)


def computers(snapshot: Snapshot, selection: Selection) -> Answer:
    """Return a row for each computer, by name."""
    database = snapshot.database(selection)
    known = database.table(
        'SELECT count(*) AS n FROM windows_system WHERE "EventID" IN (12, 6009, 6013)'
    )
    notes = () if known.column("n")[0].as_py() else (_NO_SYSTEM,)
    return Answer("computers", _SCHEMA, _read(database.query(_sql())), notes)


def _read(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Turn what the event log says about the system into words: a row a computer, so a loop will do."""
    for batch in reader:
        rows = [_worded(row) for row in batch.to_pylist()]
        yield pa.RecordBatch.from_pylist(rows, _SCHEMA)


def _worded(row: dict[str, Any]) -> dict[str, Any]:
    system = named_system(row["binary"])
    row["host.os.name"] = system.name
    row["host.os.version"] = row["kernel"] or system.version or row["log_says"]
    row["event.timezone"] = time_zone(row["zone"])
    return row


def _sql() -> str:
    """Return one row for each host; what has to be read in Python stands in columns without a dot."""
    return f"""WITH {BOOTS}, {_all_events()}, {_system()}, {_addresses()}, {_roles()},
starts AS (SELECT host, count(*) AS boots, max(told) AS last_boot FROM boots GROUP BY host)
SELECT host AS "host.name", names AS "host.hostname", coalesce(suffix, windows_domain) AS "host.domain",
  CASE WHEN is_controller THEN 'domain controller' END AS "host.type",
  kernel, log_says, "binary", zone, ips AS "host.ip", boots AS "host.boots",
  make_timestamptz((last_boot - 116444736000000000) // 10) AS "host.last_boot",
  crashes AS "host.crashes", restarts AS "host.restarts_asked", uptime AS "host.uptime",
  n AS "count", first_seen, last_seen, days, channels AS "winlog.channel", sources
FROM everything
LEFT JOIN system USING (host) LEFT JOIN starts USING (host) LEFT JOIN addresses USING (host)
LEFT JOIN roles USING (host)
ORDER BY host NULLS LAST"""


def _all_events() -> str:
    """Return the CTE that counts every event: in two steps, so that lists are made of few values."""
    return f"""
parts AS (
  SELECT "host.name" AS host, "Computer" AS computer, "Channel" AS channel, "event.source" AS source,
    date_trunc('day', "@timestamp") AS day, count(*) AS n, min("@timestamp") AS first_seen,
    max("@timestamp") AS last_seen
  FROM events GROUP BY ALL
),
everything AS (
  SELECT host, {values("computer")}[:{_MOST}] AS names,
    max(lower(nullif(substr(computer, nullif(strpos(computer, '.'), 0) + 1), computer)))
      FILTER (WHERE NOT regexp_full_match(computer, '[0-9.]+')) AS suffix,
    {values("channel")} AS channels, count(DISTINCT source) AS sources,
    count(DISTINCT day) AS days, CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
  FROM parts GROUP BY host
)"""


def _system() -> str:
    """Return the CTE of what the System log says: Kernel-General 12, EventLog 6008, 6009, 6013, User32 1074.

    6013 has the uptime and the time zone among nameless texts, and the system's name in its binary part.
    """
    every = f"list_prepend({text(field(_SYSTEM, 'Data'))}, {others('Data')})"
    texts = f"list_filter({every}, lambda one: one <> '')"
    version = (
        "concat_ws('.', "
        + ", ".join(
            f"TRY_CAST({fact(_SYSTEM, name)} AS INTEGER)"
            for name in ("MajorVersion", "MinorVersion", "BuildVersion", "QfeVersion")
        )
        + ")"
    )
    return f"""
words AS (
  SELECT "host.name" AS host, "EventID" AS code, "event.filetime" AS moment,
    lower("Provider_Name") = 'eventlog' AS by_log,
    CASE "EventID" WHEN 12 THEN nullif({version}, '') END AS version,
    CASE WHEN "EventID" IN (6009, 6013) THEN {texts} END AS texts,
    CASE "EventID" WHEN 6013 THEN {fact(_SYSTEM, "Binary")} END AS "binary"
  FROM windows_system
  WHERE ("EventID" = 12 AND lower("Provider_Name") = 'microsoft-windows-kernel-general')
    OR ("EventID" IN (6008, 6009, 6013) AND lower("Provider_Name") = 'eventlog')
    OR ("EventID" = 1074 AND lower("Provider_Name") LIKE '%user32%')
),
system AS (
  SELECT host, arg_max(version, moment) AS kernel,
    arg_max(array_to_string(texts[:2], ' '), moment) FILTER (WHERE code = 6009) AS log_says,
    arg_max("binary", moment) AS "binary",
    arg_max(list_filter(texts, lambda one: regexp_full_match(one, '-?[0-9]+ .+'))[1], moment)
      FILTER (WHERE code = 6013) AS zone,
    arg_max(TRY_CAST(texts[1] AS BIGINT), moment) FILTER (WHERE code = 6013) AS uptime,
    count(*) FILTER (WHERE code = 6008) AS crashes, count(*) FILTER (WHERE code = 1074) AS restarts
  FROM words GROUP BY host
)"""


def _addresses() -> str:
    """Return the CTE of a computer's own addresses: the near end of connections that it began itself."""
    return f"""
own AS (
  SELECT "host.name" AS host, {address(field(_SYSMON, "SourceIp"))} AS ip FROM windows_sysmon
  WHERE "EventID" = 3 AND lower({field(_SYSMON, "Initiated")}) = 'true'
  UNION
  SELECT "host.name", {address(field(_SECURITY, "SourceAddress"))} FROM windows_security
  WHERE "EventID" = 5156 AND {field(_SECURITY, "Direction")} = '%%14593'
),
addresses AS (
  SELECT host, {values("ip")}[:{_MOST}] AS ips FROM own
  WHERE ip NOT IN ('127.0.0.1', '::1') GROUP BY host
)"""


def _roles() -> str:
    """Return the CTE of the domain as the computer's own account names it, and of who gives tickets."""
    return f"""
roles AS (
  SELECT "host.name" AS host, bool_or("EventID" IN (4768, 4769, 4771)) AS is_controller,
    max({fact(_SECURITY, "SubjectDomainName")}) FILTER (WHERE "SubjectUserSid" = 'S-1-5-18'
      AND lower("SubjectUserName") = "host.name" || '$') AS windows_domain
  FROM windows_security WHERE "EventID" IN (4624, 4672, 4768, 4769, 4771) GROUP BY ALL
)"""
