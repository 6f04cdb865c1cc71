"""Many events out of few real ones: copies with other hosts, times, numbers and, for a share, texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import EventBatch

DAY = 864_000_000_000
#: A copy's hosts: as many organisations' worth of them as a large utility has.
HOSTS = 60
#: Record numbers of a copy begin here times its number.
_STEP = 10_000_000
_LONG = 24


def real_batches(paths: list[str]) -> list[EventBatch]:
    """Read real logs once."""
    return list(read_events(paths))


def span_of(batches: list[EventBatch]) -> tuple[int, int]:
    """Return the first and the last time."""
    bounds = [pc.min_max(batch.table.column("event.filetime")).as_py() for batch in batches]
    firsts = [one["min"] for one in bounds if one["min"] is not None]
    return min(firsts), max(one["max"] for one in bounds if one["max"] is not None)


def copies(
    batches: list[EventBatch], events: int, share: float, seed: int = 7
) -> Iterator[list[EventBatch]]:
    """Yield copies until there are so many events; each copy is a day later than the one before it was
    for its hosts. ``share`` of the long values differ from copy to copy."""
    rng = np.random.default_rng(seed)
    size = sum(len(batch) for batch in batches)
    first, last = span_of(batches)
    days = max(1, -(-(last - first) // DAY))
    for number in range(-(-events // size)):
        shift = (number // HOSTS) * days * DAY
        yield [_copy(batch, number, shift, share, rng) for batch in batches]


def _copy(
    batch: EventBatch, number: int, shift: int, share: float, rng: np.random.Generator
) -> EventBatch:
    table = batch.table
    columns = []
    for field, column in zip(table.schema, table.columns, strict=True):
        columns.append(_column(field, column, number, shift, share, rng))
    return EventBatch(batch.dataset, pa.RecordBatch.from_arrays(columns, schema=table.schema))


def _column(
    field: pa.Field,
    column: pa.Array,
    number: int,
    shift: int,
    share: float,
    rng: np.random.Generator,
) -> pa.Array:
    if field.name == "event.source":
        return pa.array(np.full(len(column), number), pa.int32())
    if field.name == "event.filetime":
        return pc.add(column, shift)
    if field.name == "@timestamp":
        return pc.add(column.cast(pa.int64()), shift // 10).cast(field.type)
    if field.name in {"EventRecordID", "event.record_id", "event.offset"}:
        return pc.add(column, number * _STEP)
    if field.name == "Computer":
        return _renamed(column, [f"n{number % HOSTS:02}-{name}" for name in _texts(column)])
    if pa.types.is_dictionary(field.type):
        varies = rng.random(len(column.dictionary)) < share
        return _renamed(
            column,
            [
                f"{text} {number}" if varies[at] and len(text) >= _LONG else text
                for at, text in enumerate(_texts(column))
            ],
        )
    return column


def _texts(column: pa.DictionaryArray) -> list[str]:
    return [text or "" for text in column.dictionary.to_pylist()]


def _renamed(column: pa.DictionaryArray, texts: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(column.indices, pa.array(texts, pa.utf8()))


def folder_size(path: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
