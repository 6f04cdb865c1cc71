"""``entities``: the hosts, accounts, addresses and sessions of a case, each once under all of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.entities import sessions as logon_sessions
from gamekeeper.entities.entity import Entity, Kind
from gamekeeper.entities.resolve import Entities
from gamekeeper.model.answers import Answer
from gamekeeper.model.build import timestamp_us

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TIME: Final = pa.timestamp("us", tz="UTC")
_JOIN: Final = pa.struct(
    [pa.field(name, pa.utf8(), nullable=False) for name in ("left", "right", "rule")]
)
SCHEMA: Final = pa.schema(
    [
        pa.field("kind", pa.utf8(), nullable=False),
        pa.field("name", pa.utf8(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),  # that name it; a host: that are its own
        pa.field("first_seen", _TIME),
        pa.field("last_seen", _TIME),
        pa.field("id", pa.utf8(), nullable=False),
        pa.field("sids", pa.list_(pa.utf8()), nullable=False),
        pa.field("names", pa.list_(pa.utf8()), nullable=False),
        pa.field("notes", pa.list_(pa.utf8()), nullable=False),
        pa.field("joined", pa.list_(_JOIN), nullable=False),
    ]
)
#: What is listed where no kind is asked for; sessions are as many as logons.
LISTED: Final = (Kind.HOST, Kind.ACCOUNT, Kind.ADDRESS)


def entities(snapshot: Snapshot, selection: Selection, kind: Kind | None = None) -> Answer:
    """Return the entities of one kind, or hosts, accounts and addresses, in order of kind and name.

    Sessions have columns of their own (``entities.sessions.SCHEMA``).
    """
    database = snapshot.database(selection)
    if kind is Kind.SESSION:
        stream = logon_sessions.sessions(database)
        return Answer("sessions", logon_sessions.SCHEMA, stream)
    found = Entities(database).of(LISTED if kind is None else (kind,))
    doubtful = sum(any(note.startswith("ambiguous") for note in one.notes) for one in found)
    notes = []
    if doubtful:
        notes.append(
            f"{doubtful:,} of them may be one with others: their notes say which; nothing was merged on "
            "a guess"
        )
    if kind is None:
        notes.append("'--kind session' lists logon sessions")
    return Answer("entities", SCHEMA, [_batch(found)], tuple(notes))


def _batch(found: Iterable[Entity]) -> pa.RecordBatch:
    rows = [
        {
            "kind": one.kind.value,
            "name": one.name,
            "events": one.events,
            "first_seen": timestamp_us(one.first_seen),
            "last_seen": timestamp_us(one.last_seen),
            "id": one.id,
            "sids": one.sids,
            "names": one.names,
            "notes": one.notes,
            "joined": [join._asdict() for join in one.joined],
        }
        for one in found
    ]
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
