"""The rows of a timeline: events made narrow, sorted on disk, and made into what is shown."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.users import users
from gamekeeper.questions.clocks import LARGE, iso
from gamekeeper.questions.having import having, needed
from gamekeeper.questions.record_fields import RecordFields
from gamekeeper.questions.summaries import told
from gamekeeper.questions.terms import parse
from gamekeeper.questions.whole_records import as_json
from gamekeeper.store.sorted_runs import RunWriter, merge_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.questions.found import Found
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: The order of a timeline; events without a time come last.
KEY: Final = ("event.filetime", "event.source", "event.offset")
#: Rows that are made narrow at once: all fields of many events as text take much room.
_AT_ONCE: Final = 16_384
_STAMP: Final = pa.timestamp("us", tz="UTC")


class Profile(StrEnum):
    """How much of each event is shown."""

    MINIMAL = "minimal"
    BRIEF = "brief"
    STANDARD = "standard"
    FULL = "full"
    TIMESKETCH = "timesketch"


_SHOWN: Final = {
    Profile.MINIMAL: ("@timestamp", "host.name", "message"),
    Profile.BRIEF: ("@timestamp", "host.name", "event.code", "rule.level", "message"),
    Profile.STANDARD: (
        "@timestamp",
        "host.name",
        "user.name",
        "winlog.channel",
        "event.code",
        "winlog.record_id",
        "rule.level",
        "rule.name",
        "event.source",
        "event.offset",
        "message",
    ),
    Profile.FULL: (
        "@timestamp",
        "host.name",
        "user.name",
        "winlog.channel",
        "event.provider",
        "event.code",
        "winlog.record_id",
        "rule.level",
        "rule.name",
        "event.dataset",
        "event.source",
        "event.offset",
        "event.record_id",
        "log.file.path",
        "message",
        "fields",
    ),
    Profile.TIMESKETCH: (
        "message",
        "datetime",
        "timestamp",
        "timestamp_desc",
        "host.name",
        "user.name",
        "winlog.channel",
        "event.provider",
        "event.code",
        "winlog.record_id",
        "rule.level",
        "rule.name",
        "event.source",
        "event.offset",
        "log.file.path",
        "fields",
    ),
}
#: Columns that are not text.
_TYPES: Final = {
    "@timestamp": _STAMP,
    "timestamp": pa.int64(),
    "event.code": pa.int32(),
    "winlog.record_id": pa.int64(),
    "event.source": pa.int32(),
    "event.offset": pa.int64(),
    "event.record_id": pa.int64(),
    "event.filetime": pa.int64(),
    "stamp": _STAMP,
}
#: Columns that are worked out when the rows are in order.
_LATE: Final = frozenset({"@timestamp", "datetime", "timestamp", "timestamp_desc", "log.file.path"})
_DESCRIPTION: Final = "Event Logged"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of each event is shown, and which of the selected events; ``words`` are terms as of ``search``."""

    profile: Profile = Profile.STANDARD
    zones: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    only_findings: bool = False


def schema_of(wanted: Wanted) -> pa.Schema:
    """Return the columns of a timeline."""
    names = list(_SHOWN[wanted.profile])
    at = 1 + names.index("datetime" if wanted.profile is Profile.TIMESKETCH else "@timestamp")
    names[at:at] = [_zone_column(zone) for zone in wanted.zones]
    return pa.schema([pa.field(name, _TYPES.get(name, LARGE)) for name in names])


def _zone_column(zone: str) -> str:
    return f"time {zone}"


class EventRows:
    """Events as narrow rows, in the order of the files."""

    def __init__(
        self, snapshot: Snapshot, selection: Selection, wanted: Wanted, found: Found
    ) -> None:
        self._snapshot = snapshot
        self._selection = selection
        self._wanted = wanted
        self._found = found
        self._terms = [parse(word, is_regex=False) for word in wanted.words]
        kept = [name for name in _SHOWN[wanted.profile] if name not in {*_LATE, *KEY}]
        kinds = {name: _TYPES.get(name, LARGE) for name in (*KEY, "stamp", *kept)}
        self.schema = pa.schema([pa.field(name, kind) for name, kind in kinds.items()])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches():
            chosen = self._with_words(self._with_findings(batch))
            for start in range(0, len(chosen), _AT_ONCE):
                part = replace(chosen, table=chosen.table.slice(start, _AT_ONCE))
                fields = RecordFields(part.table)
                yield self._narrow(part, fields, told(part, fields))

    def _batches(self) -> Iterator[EventBatch]:
        """Yield the selected events of the row groups in which the words may stand."""
        words, snapshot = needed(self._terms), self._snapshot
        for file in snapshot.selected(self._selection):
            groups = snapshot.groups_with(file, words) if words else None
            yield from snapshot.batches_of(file, self._selection, groups=groups)

    def _with_findings(self, batch: EventBatch) -> EventBatch:
        if not self._wanted.only_findings:
            return batch
        table = batch.table
        hits = self._found.has(table["event.source"], table["event.offset"])
        return replace(batch, table=table.filter(pa.array(hits)))

    def _with_words(self, batch: EventBatch) -> EventBatch:
        if not self._terms:
            return batch
        keep = having(RecordFields(batch.table), self._terms)
        return replace(batch, table=batch.table.filter(pa.array(keep)))

    def _narrow(
        self, batch: EventBatch, fields: RecordFields, message: pa.DictionaryArray
    ) -> pa.RecordBatch:
        table = batch.table
        makers: dict[str, Callable[[], pa.Array]] = {
            name: partial(table.column, name) for name in KEY
        }
        makers |= {
            "stamp": lambda: table["@timestamp"],
            "host.name": lambda: _text(table["host.name"]),
            "user.name": lambda: _text(users(batch.dataset, table)),
            "winlog.channel": lambda: _text(table["Channel"]),
            "event.provider": lambda: _text(table["Provider_Name"]),
            "event.code": lambda: table["EventID"],
            "winlog.record_id": lambda: table["EventRecordID"],
            "event.record_id": lambda: table["event.record_id"],
            "event.dataset": lambda: pa.repeat(pa.scalar(batch.dataset, LARGE), len(batch)),
            "message": lambda: _text(message),
            "fields": lambda: as_json(fields, np.arange(len(batch))),
        }
        if "rule.level" in self.schema.names:
            level, rules = self._found.told(table["event.source"], table["event.offset"])
            makers |= {"rule.level": lambda: level, "rule.name": lambda: rules}
        columns = [makers[name]() for name in self.schema.names]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _text(column: pa.Array) -> pa.Array:
    return pc.cast(column, LARGE)


def ordered(rows: EventRows) -> Iterator[pa.RecordBatch]:
    """Yield all rows in order of time, source and offset, whatever their number and width."""
    with tempfile.TemporaryDirectory(prefix="gamekeeper-timeline-") as folder:
        runs = RunWriter(Path(folder), "rows", KEY)
        for batch in rows:
            runs.add(batch)
        for table in merge_runs(runs.finish(), KEY):
            yield from table.combine_chunks().to_batches(_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows in order made into what is shown. ``numbers`` are those of the sources, in order."""

    schema: pa.Schema
    zones: tuple[str, ...]
    paths: pa.Array
    numbers: NDArray[np.int64]

    def of(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows with the columns of the answer."""
        stamps = rows["stamp"]
        made = {_zone_column(zone): zone for zone in self.zones}
        columns = [self._column(name, made.get(name), rows, stamps) for name in self.schema.names]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _column(
        self, name: str, zone: str | None, rows: pa.RecordBatch, stamps: pa.Array
    ) -> pa.Array:
        if zone or name == "datetime":
            return iso(stamps, zone or "UTC")
        if name == "@timestamp":
            return stamps
        if name == "timestamp":
            return pc.cast(stamps, pa.int64())
        if name == "timestamp_desc":
            return pa.repeat(pa.scalar(_DESCRIPTION, LARGE), rows.num_rows)
        if name == "log.file.path":
            sources = rows["event.source"].to_numpy(zero_copy_only=False)
            places = np.searchsorted(self.numbers, sources)
            return self.paths.take(pa.array(places))
        return rows[name]
