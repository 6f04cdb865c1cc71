"""Rows to batches, for readers that meet events one at a time.

Text formats (JSON, XML, CSV) and the slow truth hand events to :class:`BatchBuilder`; it sorts them into
datasets, encodes text by dictionary and gives :class:`EventBatch` objects of bounded size. The EVTX
decoder builds its columns itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from gamekeeper.model.datasets import Dataset, dataset_of_channel, datasets
from gamekeeper.model.events import (
    FILETIME_EPOCH,
    EventBatch,
    RecordState,
)
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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


class _TextColumn:
    """One dictionary-encoded column that is filled row by row."""

    __slots__ = ("codes", "seen")

    def __init__(self) -> None:
        self.codes: list[int | None] = []
        self.seen: dict[str, int] = {}

    def put(self, row: int, value: str) -> bool:
        """Set a row's value; return False where the row has one already."""
        if len(self.codes) > row:
            return False
        self.codes.extend([None] * (row - len(self.codes)))
        self.codes.append(self.seen.setdefault(value, len(self.seen)))
        return True

    def to_arrow(self, rows: int) -> pa.Array:
        codes = self.codes + [None] * (rows - len(self.codes))
        return encoded(codes, self.seen)


def encoded(codes: list[int | None], seen: dict[str, int]) -> pa.Array:
    """Return a dictionary array from row codes and the values' code table (insertion order)."""
    values = [v.encode("utf-8", "replace").decode() for v in seen]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(values, pa.utf8()))


def timestamp_us(filetime: int | None) -> int | None:
    """Return microseconds since 1970 for a FILETIME, or None where there is no time."""
    return None if filetime is None else (filetime - FILETIME_EPOCH) // 10


class _DatasetRows:
    """The rows of one dataset that wait for their batch."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.events: list[Event] = []
        self.text: dict[str, _TextColumn] = defaultdict(_TextColumn)
        self.rest: list[list[tuple[str, str]]] = []
        self._found: dict[str, _TextColumn | None] = {}  # by spelling, for as long as the batch

    def add(self, event: Event) -> None:
        row = len(self.events)
        self.events.append(event)
        for name, value in event.system.items():
            self.text[name].put(row, value)
        left: list[tuple[str, str]] = []
        found = self._found
        for name, value in event.data:
            if name not in found:
                found[name] = self._find(name)
            column = found[name]
            if column is None or not column.put(row, value):
                left.append((name, value))
        self.rest.append(left)

    def _find(self, name: str) -> _TextColumn | None:
        """Return the column that a name, as spelled, belongs to; None for the rest."""
        declared = self.dataset.columns.get(fold(name))
        return None if declared is None else self.text[declared]

    def to_batch(self) -> EventBatch:
        events, count = self.events, len(self.events)
        meta = {
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
        schema = self.dataset.schema
        arrays = []
        for schema_field in schema:
            name = schema_field.name
            if name in meta:
                arrays.append(pa.array(meta[name], schema_field.type))
            elif name == "event.rest":
                arrays.append(_rest_array(self.rest, schema_field.type))
            else:
                arrays.append(self.text[name].to_arrow(count))
        table = pa.RecordBatch.from_arrays(arrays, schema=schema)
        return EventBatch(self.dataset.name, table)


def _rest_array(rest: list[list[tuple[str, str]]], list_type: pa.ListType) -> pa.Array:
    names: dict[str, int] = {}
    values: dict[str, int] = {}
    name_codes: list[int | None] = []
    value_codes: list[int | None] = []
    offsets = [0]
    for pairs in rest:
        for name, value in pairs:
            name_codes.append(names.setdefault(name, len(names)))
            value_codes.append(values.setdefault(value, len(values)))
        offsets.append(len(name_codes))
    struct = pa.StructArray.from_arrays(
        [encoded(name_codes, names), encoded(value_codes, values)],
        fields=list(list_type.value_type),
    )
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct, type=list_type)


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
        if len(rows.events) >= self._max_rows:
            yield self._open.pop(name).to_batch()

    def flush(self) -> Iterator[EventBatch]:
        """Yield what is left, in the order in which the datasets were first met."""
        for rows in self._open.values():
            yield rows.to_batch()
        self._open.clear()
