"""How many events of each kind there are: by channel and kind, by host and day where that is asked for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.answers import Answer
from gamekeeper.questions.summaries import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


class By(StrEnum):
    """What events are counted by."""

    CHANNEL = "channel"
    EVENT = "event"
    HOST = "host"
    DAY = "day"


#: The columns that each of them adds, and what they are in the table of events.
_COLUMNS: Final = {
    By.CHANNEL: {"winlog.channel": '"Channel"'},
    By.EVENT: {
        "event.dataset": '"event.dataset"',
        "event.provider": '"Provider_Name"',
        "event.code": '"EventID"',
    },
    By.HOST: {"host.name": '"host.name"'},
    By.DAY: {"day": 'CAST("@timestamp" AS DATE)'},
}
#: One channel is spelt in several ways: the counts of all of them are added up.
_OUTER: Final = {"winlog.channel": 'min("winlog.channel")', "day": 'CAST("day" AS VARCHAR)'}
_GROUPED: Final = {"winlog.channel": 'lower("winlog.channel")'}
_KIND: Final = ("event.dataset", "event.provider", "event.code")
_TITLE: Final = pa.field("event.action", pa.utf8())


def metrics(
    snapshot: Snapshot, selection: Selection, by: tuple[By, ...] = (By.CHANNEL, By.EVENT)
) -> Answer:
    """Return how many events there are of each kind, the most frequent first.

    ``event.action`` is what a kind of event is called, null where nobody has named it; ``event.start`` and
    ``event.end`` are the first and last time of the events that are counted.
    """
    asked = [part for part in By if part in by]  # in one order, however they were asked for
    columns = {name: term for part in asked for name, term in _COLUMNS[part].items()}
    reader = snapshot.database(selection).query(_sql(columns))
    if By.EVENT not in asked:
        return Answer("metrics", reader.schema, reader)
    return Answer("metrics", _titled_schema(reader.schema), _titled(reader))


def _sql(columns: dict[str, str]) -> str:
    """Return the question: counted by columns as they are, which is quick, then added up."""
    names = [f'"{name}"' for name in columns]
    inner = ", ".join(f'{term} AS "{name}"' for name, term in columns.items())
    outer = ", ".join(
        f'{_OUTER.get(name, chr(34) + name + chr(34))} AS "{name}"' for name in columns
    )
    groups = ", ".join(_GROUPED.get(name, f'"{name}"') for name in columns)
    order = ", ".join(['"event.count" DESC', *(f"{name} NULLS LAST" for name in names)])
    return (
        f'SELECT {outer}, CAST(sum(n) AS BIGINT) AS "event.count", min(a) AS "event.start", '  # noqa: S608
        f'max(b) AS "event.end" FROM (SELECT {inner}, count(*) AS n, min("@timestamp") AS a, '
        f'max("@timestamp") AS b FROM events GROUP BY {", ".join(names)}) '
        f"GROUP BY {groups} ORDER BY {order}"
    )


def _titled_schema(schema: pa.Schema) -> pa.Schema:
    return schema.insert(schema.get_field_index("event.code") + 1, _TITLE)


def _titled(batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    schema = _titled_schema(batches.schema)
    for batch in batches:
        columns = list(batch.columns)
        columns.insert(schema.get_field_index(_TITLE.name), _titles(batch))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _titles(batch: pa.RecordBatch) -> pa.Array:
    """Return what the kind of event of each row is called, asked once for each kind."""
    texts = [pc.cast(batch[name], pa.utf8()) for name in _KIND]
    key = pc.binary_join_element_wise(
        *texts, "\0", null_handling="replace", null_replacement=""
    ).dictionary_encode()
    names = []
    for kind in key.dictionary.to_pylist():
        dataset, provider, code = kind.split("\0")
        names.append(title(dataset, provider or None, int(code) if code else None))
    return pa.array(names, pa.utf8()).take(key.indices)
