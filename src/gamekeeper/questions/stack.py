"""``stack``: how often values, or combinations of them, occur: the rarest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gamekeeper.errors import UsageError
from gamekeeper.model.answers import Answer
from gamekeeper.model.datasets import datasets
from gamekeeper.questions.columns import check, expression
from gamekeeper.store.sql import quoted, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TIME = pa.timestamp("us", tz="UTC")


def stack(
    snapshot: Snapshot, selection: Selection, fields: Sequence[str], *, most_first: bool = False
) -> Answer:
    """Return each combination of values with its count, the hosts it was seen on, and when.

    Columns are the fields as typed, then ``count``, ``hosts``, ``hosts.share`` (of all hosts that have the
    fields), ``first_seen``, ``last_seen``. An event takes part where it has at least one of the fields.
    Raises UsageError for a field that no dataset has.
    """
    fields = [check(name) for name in fields]
    if len({name.lower() for name in fields}) < len(fields):
        raise UsageError("a field is named twice")
    parts = [
        part
        for dataset in datasets()
        if selection.takes_dataset(dataset) and (part := _part(dataset, fields))
    ]
    schema = _schema(fields)
    names = ", ".join(quoted(name) for name in fields)
    by_name = ", ".join(f"{quoted(name)} NULLS LAST" for name in fields)
    order = f'"count" {"DESC" if most_first else "ASC"}'
    if not parts:
        return Answer("stack", schema, [])
    sql = f"""
        WITH rows AS ({" UNION ALL ".join(parts)}),
        total AS (SELECT count(DISTINCT host) AS hosts FROM rows)
        SELECT {names}, sum(n)::BIGINT AS "count", count(DISTINCT host)::BIGINT AS "hosts",
               count(DISTINCT host) / (SELECT hosts FROM total) AS "hosts.share",
               min(first) AS "first_seen", max(last) AS "last_seen"
        FROM rows GROUP BY {names}
        ORDER BY {order}, {by_name}
    """
    batches = snapshot.database(selection).batches(sql)
    return Answer("stack", schema, (_cast(batch, schema) for batch in batches))


def _part(dataset: str, fields: Sequence[str]) -> str:
    """Return the counts of one dataset by the fields and host, "" where it has none of the fields."""
    found = {name: expression(dataset, name) for name in fields}
    if not any(sql for name, sql in found.items() if name.lower() != "event.dataset"):
        return ""
    columns = ", ".join(
        f"CAST({sql or 'NULL'} AS VARCHAR) AS {quoted(name)}" for name, sql in found.items()
    )
    names = ", ".join(quoted(name) for name in fields)
    filled = " OR ".join(f"{sql} IS NOT NULL" for sql in found.values() if sql)
    return (
        f'SELECT {columns}, "host.name" AS host, count(*) AS n, min("@timestamp") AS first, '
        f'max("@timestamp") AS last FROM {table_of(dataset)} WHERE {filled} GROUP BY {names}, host'
    )


def _schema(fields: Sequence[str]) -> pa.Schema:
    return pa.schema(
        [
            *(pa.field(name, pa.utf8()) for name in fields),
            pa.field("count", pa.int64()),
            pa.field("hosts", pa.int64()),
            pa.field("hosts.share", pa.float64()),
            pa.field("first_seen", _TIME),
            pa.field("last_seen", _TIME),
        ]
    )


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
