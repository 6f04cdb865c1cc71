"""``pivot``: from one thing to all that touches it, by the part that it played, and what else was there."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.answers import Answer
from gamekeeper.model.ecs import ecs_sql
from gamekeeper.model.ecs.mapping import is_costly
from gamekeeper.model.ecs.sql import POINTERS
from gamekeeper.model.folding import fold
from gamekeeper.questions.subject import Subject, Thing, subject
from gamekeeper.store.sql import literal, quoted, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot
    from gamekeeper.store.sql import Database

_TIME: Final = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        pa.field("part", pa.utf8(), nullable=False),  # "events" or "related"
        pa.field("what", pa.utf8(), nullable=False),  # the role, or the ECS name of the value
        pa.field("value", pa.utf8()),  # what happened, or the value
        pa.field("count", pa.int64(), nullable=False),  # events that touch the thing
        pa.field("bits", pa.float64()),  # rarity of the value: -log2 of its share of all events
        pa.field("first_seen", _TIME),
        pa.field("last_seen", _TIME),
        pa.field("host.name", pa.utf8()),
        pa.field("event.dataset", pa.utf8()),
        pa.field("event.code", pa.utf8()),
    ]
)
#: What an event that touches the thing shows of itself.
_SHOWN: Final = (
    "event.code",
    "event.action",
    "user.domain",
    "user.name",
    "user.target.name",
    "source.ip",
    "destination.ip",
    "process.pid",
    "process.executable",
    "process.command_line",
    "file.path",
    "registry.path",
    "service.name",
    "winlog.logon.id",
)
EVENTS: Final = pa.schema(
    [
        pa.field("@timestamp", _TIME),
        pa.field("host.name", pa.utf8()),
        pa.field("roles", pa.list_(pa.utf8()), nullable=False),
        *(pa.field(name, pa.int64() if name == "process.pid" else pa.utf8()) for name in _SHOWN),
        pa.field("event.dataset", pa.utf8(), nullable=False),
        pa.field("event.source", pa.int32(), nullable=False),
        pa.field("event.offset", pa.int64(), nullable=False),
        pa.field("event.record_id", pa.int64()),
        pa.field("event.filetime", pa.int64()),
    ]
)
#: Where to look for what else was there.
_RELATED: Final = (
    "host.name",
    "user.name",
    "user.target.name",
    "source.ip",
    "source.domain",
    "destination.ip",
    "destination.domain",
    "process.executable",
    "process.parent.executable",
    "process.hash.sha256",
    "service.name",
    "dns.question.name",
    "url.full",
)
_MOST_RELATED: Final = 500  # values of one name: the rest is counted in a note


def pivot(
    snapshot: Snapshot,
    selection: Selection,
    text: str,
    *,
    thing: Thing | None = None,
    want_events: bool = False,
) -> Answer:
    """Return what touches a host, account, address, hash, process, file or session.

    Without ``want_events`` the rows are counts by role, dataset, event id and host, and then the values
    that stand in the same events, the rarest first (``SCHEMA``); with it, the events in order of time
    (``EVENTS``).
    Raises UsageError where the thing is unknown or may be more than one.
    """
    database = snapshot.database(selection)
    found = subject(database, text, thing)
    said = (f"{found.thing} {found.shown}", *found.notes)
    if want_events:
        return Answer("pivot", EVENTS, _events(database, found), said)
    related, note = _related(database, found, max(snapshot.rows, 1))
    rows = [*_counts(database, found), *related]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    return Answer("pivot", SCHEMA, [batch], (*said, *note))


def _parts(
    found: Subject, names: Sequence[str], read: Callable[[str, str], str] | None = None
) -> str:
    """Return the events that touch the thing, over all datasets: pointers, ``roles`` and ECS names."""
    read = read or _typed
    parts = []
    for dataset, roles in found.roles.items():
        if not roles:
            continue
        played = ", ".join(f"CASE WHEN {r.where} THEN {literal(r.name)} END" for r in roles)
        chosen = [
            *map(quoted, POINTERS),
            f"{literal(dataset)} AS {quoted('event.dataset')}",
            f"list_sort(list_distinct([{played}])) AS roles",
            *(read(dataset, name) for name in names),
        ]
        where = " OR ".join(f"({role.where})" for role in roles)
        parts.append(f"SELECT {', '.join(chosen)} FROM {table_of(dataset)} WHERE {where}")
    return " UNION ALL ".join(parts)


def _typed(dataset: str, name: str) -> str:
    if name == "host.name":
        return '"host.name"'
    kind = "BIGINT" if name == "process.pid" else "VARCHAR"
    return f"CAST({ecs_sql(dataset, name) or 'NULL'} AS {kind}) AS {quoted(name)}"


def _cheap(dataset: str, name: str) -> str:
    """Return a name of the view, null where it would have to be picked out of long texts."""
    return f"NULL AS {quoted(name)}" if is_costly(dataset, name) else _typed(dataset, name)


def _counts(database: Database, found: Subject) -> Iterator[dict[str, object]]:
    parts = _parts(found, ("host.name", "event.code", "event.action"))
    if not parts:
        return
    sql = f"""
        SELECT what, "event.action" AS value, count(*) AS "count",
          min("@timestamp") AS first_seen, max("@timestamp") AS last_seen,
          "host.name", "event.dataset", "event.code"
        FROM (SELECT unnest(roles) AS what, * EXCLUDE (roles) FROM ({parts}))
        GROUP BY what, "event.action", "host.name", "event.dataset", "event.code"
        ORDER BY what, "count" DESC, "event.dataset", "event.code", "host.name"
    """
    for batch in database.batches(sql):
        for row in batch.to_pylist():
            yield {"part": "events", "bits": None, **row}


def _related(
    database: Database, found: Subject, events: int
) -> tuple[list[dict[str, object]], tuple[str, ...]]:
    """Return the values that stand beside the thing, the rarest of the whole case first."""
    parts = _parts(found, _RELATED, _cheap)
    if not parts:
        return [], ()
    pairs = ", ".join(
        f"struct_pack(what := {literal(name)}, value := {quoted(name)})" for name in _RELATED
    )
    sql = f"""
        SELECT pair.what AS what, pair.value AS value, count(*) AS "count",
          min(seen) AS first_seen, max(seen) AS last_seen
        FROM (SELECT unnest([{pairs}]) AS pair, "@timestamp" AS seen FROM ({parts}))
        WHERE pair.value IS NOT NULL GROUP BY pair.what, pair.value
        QUALIFY row_number() OVER (PARTITION BY pair.what ORDER BY count(*), pair.value)
          <= {_MOST_RELATED + 1}
        ORDER BY what, "count", value
    """
    rows = [
        row
        for batch in database.batches(sql)
        for row in batch.to_pylist()
        if fold(row["value"]) not in found.values
    ]
    full = {n for n in _RELATED if sum(row["what"] == n for row in rows) > _MOST_RELATED}
    note = (
        (
            f"of {', '.join(sorted(full))} only the {_MOST_RELATED} values with the fewest events are shown",
        )
        if full
        else ()
    )
    overall = _overall(database, rows)
    for row in rows:
        count = max(overall.get((row["what"], row["value"]), 0), row["count"])
        row.update(part="related", bits=round(-log2(min(count / events, 1.0)) + 0.0, 2))
    rows.sort(key=lambda row: (-row["bits"], row["what"], row["value"]))
    return rows, note


def _overall(
    database: Database, rows: Sequence[dict[str, object]]
) -> dict[tuple[object, object], int]:
    """Return how many events of the selection have each of the values."""
    wanted: dict[str, list[str]] = {}
    for row in rows:
        wanted.setdefault(str(row["what"]), []).append(literal(str(row["value"])))
    parts = []
    for dataset in database.held:
        for name, values in wanted.items():
            sql = '"host.name"' if name == "host.name" else ecs_sql(dataset, name)
            if sql and not is_costly(dataset, name):
                parts.append(
                    f"SELECT {literal(name)} AS what, value, count(*) AS n FROM (SELECT {sql} AS value "
                    f"FROM {table_of(dataset)}) WHERE value IN ({', '.join(values)}) GROUP BY ALL"
                )
    if not parts:
        return {}
    asked = (
        f"SELECT what, value, sum(n)::BIGINT AS n FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL"
    )
    return {(r["what"], r["value"]): r["n"] for r in database.table(asked).to_pylist()}


def _events(database: Database, found: Subject) -> Iterator[pa.RecordBatch]:
    parts = _parts(found, ("host.name", *_SHOWN), _cheap)
    if not parts:
        return
    chosen = ", ".join(map(quoted, EVENTS.names))
    order = '"event.filetime", "event.source", "event.offset"'
    for batch in database.batches(f"SELECT {chosen} FROM ({parts}) ORDER BY {order}"):
        yield pa.RecordBatch.from_arrays(
            [batch.column(f.name).cast(f.type) for f in EVENTS], schema=EVENTS
        )
