"""How many events there are of which kind, where, on which day: what a case holds, and its holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.errors import UsageError
from gamekeeper.model.answers import Answer
from gamekeeper.questions.summaries import title_anywhere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: What events can be counted by: the word that people give, and the columns. Exporters spell channels and
#: providers differently: they are grouped in small letters and shown in one spelling.
_GROUPS: Final = {
    "channel": (('lower("Channel")', 'min("Channel") AS "winlog.channel"'),),
    "provider": (('lower("Provider_Name")', 'min("Provider_Name") AS "event.provider"'),),
    "id": (('"EventID"', '"EventID" AS "event.code"'),),
    "host": (('"host.name"', '"host.name"'),),
    "day": (("date_trunc('day', \"@timestamp\")", 'date_trunc(\'day\', "@timestamp") AS "day"'),),
}
#: What a kind of event is called.
_TITLE: Final = pa.field("event.action", pa.utf8())
#: The words, in the order of the columns.
GROUPS: Final = tuple(_GROUPS)


def metrics(snapshot: Snapshot, selection: Selection, by: Sequence[str] = ()) -> Answer:
    """Return counts of events with the first and the last of them.

    ``by`` are words of ``GROUPS``; none stands for all. Raises UsageError for another word.
    """
    for word in by:
        if word not in _GROUPS:
            raise UsageError(f"events are not counted by {word}: give {', '.join(GROUPS)}")
    chosen = [pair for word in GROUPS if word in by or not by for pair in _GROUPS[word]]
    keys = ", ".join(key for key, _ in chosen)
    shown = ", ".join(column for _, column in chosen)
    hosts = "" if "host" in by or not by else ', count(DISTINCT "host.name") AS hosts'
    sql = f"""SELECT {shown}, count(*) AS "count"{hosts}, min("@timestamp") AS first_seen,
  max("@timestamp") AS last_seen FROM events GROUP BY {keys} ORDER BY ALL NULLS LAST"""
    database = snapshot.database(selection)
    untimed = database.table('SELECT count(*) AS n FROM events WHERE "event.filetime" IS NULL')
    count = untimed.column("n")[0].as_py()
    notes = (f"{count:,} events have no time: they are on no day",) if count else ()
    reader = database.query(sql)
    if not {"event.provider", "event.code"} <= set(reader.schema.names):
        return Answer("metrics", reader.schema, reader, notes)
    at = reader.schema.get_field_index("event.code") + 1
    schema = reader.schema.insert(at, _TITLE)
    return Answer("metrics", schema, (_titled(batch, at) for batch in reader), notes)


def _titled(batch: pa.RecordBatch, at: int) -> pa.RecordBatch:
    """Return counts with what each kind of event is called; null where nobody has named it."""
    kinds = zip(batch["event.provider"].to_pylist(), batch["event.code"].to_pylist(), strict=True)
    titles = [
        title_anywhere(provider or "", code if code is not None else -1) for provider, code in kinds
    ]
    return batch.add_column(at, _TITLE, pa.array(titles, pa.utf8()))
