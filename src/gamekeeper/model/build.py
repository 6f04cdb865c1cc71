"""Rows to batches, for readers that meet events one at a time.

Text formats (JSON, XML, CSV) and the slow truth hand events to :class:`BatchBuilder`; it sorts them into
datasets, encodes text by dictionary and gives :class:`EventBatch` objects of bounded size. The EVTX
decoder builds its columns itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.datasets import Dataset, dataset_of_channel, datasets
from gamekeeper.model.events import (
    FILETIME_EPOCH,
    EventBatch,
    RecordState,
)
from gamekeeper.model.row_groups import RowGroups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Rows that wait as objects; then they become columns, which their batch joins.
_SETTLED_ROWS: Final = 4096


@dataclass(frozen=True, slots=True)
class Event:
    """One event before it becomes a row. ``data`` keeps order and repeats, names as the source spells."""

    source: int
    offset: int
    record_id: int | None = None
    state: RecordState = RecordState.LIVE
    filetime: int | None = None
    time_assumed: bool = False
    event_id: int | None = None
    event_record_id: int | None = None
    system: dict[str, str] = field(default_factory=dict)  # keys from SYSTEM_TEXT_NAMES
    data: Sequence[tuple[str, str]] = ()


def timestamp_us(filetime: int | None) -> int | None:
    """Return microseconds since 1970 for a FILETIME, or None where there is no time."""
    return None if filetime is None else (filetime - FILETIME_EPOCH) // 10


class _DatasetRows:
    """The rows of one dataset that wait for their batch."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._waiting: list[Event] = []
        self._groups = RowGroups(dataset)
        self._parts: list[tuple[int, dict[str, pa.Array]]] = []
        self.count = 0

    def add(self, event: Event) -> None:
        self._waiting.append(event)
        self._groups.add(event.system, event.data)
        self.count += 1
        if len(self._waiting) >= _SETTLED_ROWS:
            self._settle()

    def _settle(self) -> None:
        """Make columns of the rows that came last: as objects they take many times the room."""
        if self._waiting:
            columns = {**_meta(self._waiting, self._dataset.schema), **self._groups.take()}
            self._parts.append((len(self._waiting), columns))
            self._waiting = []

    def to_batch(self) -> EventBatch:
        self._settle()
        schema = self._dataset.schema
        empty = _nothing(self.count)  # most columns of a dataset are empty in any one batch
        held = {name for _, columns in self._parts for name in columns}
        arrays = [self._joined(name) if name in held else empty for name in schema.names]
        return EventBatch(self._dataset.name, pa.RecordBatch.from_arrays(arrays, schema=schema))

    def _joined(self, name: str) -> pa.Array:
        arrays = [
            columns[name] if name in columns else _nothing(size) for size, columns in self._parts
        ]
        return arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)


def _nothing(rows: int) -> pa.Array:
    """Return a column of text that no row has."""
    return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.utf8()))


def _meta(events: list[Event], schema: pa.Schema) -> dict[str, pa.Array]:
    """Return the columns that are typed."""
    columns: dict[str, list[object]] = {
        "event.source": [e.source for e in events],
        "event.offset": [e.offset for e in events],
        "event.record_id": [e.record_id for e in events],
        "event.state": [int(e.state) for e in events],
        "event.filetime": [e.filetime for e in events],
        "@timestamp": [timestamp_us(e.filetime) for e in events],
        "event.time_assumed": [e.time_assumed for e in events],
        "EventID": [e.event_id for e in events],
        "EventRecordID": [e.event_record_id for e in events],
    }
    return {name: pa.array(values, schema.field(name).type) for name, values in columns.items()}


class BatchBuilder:
    """Collects events and gives them back as batches of at most ``max_rows`` rows a dataset."""

    def __init__(self, max_rows: int = 32_768) -> None:
        self._max_rows = max_rows
        self._open: dict[str, _DatasetRows] = {}

    def add(self, event: Event) -> Iterator[EventBatch]:
        """Take one event; yield the batch that it completes, if any."""
        name = dataset_of_channel(event.system.get("Channel"))
        rows = self._open.get(name)
        if rows is None:
            rows = self._open[name] = _DatasetRows(datasets()[name])
        rows.add(event)
        if rows.count >= self._max_rows:
            yield self._open.pop(name).to_batch()

    def flush(self) -> Iterator[EventBatch]:
        """Yield what is left, in the order in which the datasets were first met."""
        for rows in self._open.values():
            yield rows.to_batch()
        self._open.clear()
