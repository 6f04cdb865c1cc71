"""Hits as text on disk, and back: what a walk finds may be more than memory should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa

from gamekeeper.model.chains import ChainEvent, ChainHit, ChainStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Hits in the order in which people see them.
HIT_SCHEMA: Final = pa.schema(
    [
        pa.field("filetime", pa.int64(), nullable=False),
        pa.field("chain", pa.utf8(), nullable=False),
        pa.field("id", pa.utf8(), nullable=False),
        pa.field("text", pa.utf8(), nullable=False),
    ]
)
HIT_KEY: Final = ("filetime", "chain", "id")
_WAITING: Final = 256

Map = dict[str, Any]


def batches(hits: Iterable[ChainHit]) -> Iterator[pa.RecordBatch]:
    """Yield hits as batches of ``HIT_SCHEMA``."""
    waiting: list[Map] = []
    for hit in hits:
        text = orjson.dumps(hit).decode()
        waiting.append({"filetime": hit.first_seen, "chain": hit.chain, "id": hit.id, "text": text})
        if len(waiting) == _WAITING:
            yield pa.RecordBatch.from_pylist(waiting, HIT_SCHEMA)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, HIT_SCHEMA)


def hits_from(batch: pa.RecordBatch) -> Iterator[ChainHit]:
    """Yield the hits of a batch."""
    for text in batch.column("text").to_pylist():
        yield hit_from(orjson.loads(text))


def hit_from(row: Map) -> ChainHit:
    """Return a hit from what JSON made of it."""
    steps = tuple(_step_from(step) for step in row["steps"])
    plain = ("attack", "hosts", "accounts", "notes")
    lists = {name: tuple(row[name]) for name in plain}
    return ChainHit(**{**row, **lists, "joined": _pairs(row["joined"]), "steps": steps})


def _step_from(row: Map) -> ChainStep:
    return ChainStep(**{**row, "events": tuple(event_from(event) for event in row["events"])})


def event_from(row: Map) -> ChainEvent:
    """Return an event from what JSON made of it."""
    pairs = {name: _pairs(row[name]) for name in ("joined", "fields")}
    return ChainEvent(**{**row, **pairs, "witnesses": tuple(row["witnesses"])})


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in rows)
