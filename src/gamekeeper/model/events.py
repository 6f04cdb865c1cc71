"""Events: the columns that every dataset shares, and the batch in which events travel.

An event is one log record. Events of one dataset travel in Arrow record batches of a fixed schema::

    event.*     where the event came from and when it happened (typed)
    system      the envelope of a Windows event (EventID and EventRecordID typed, the rest text)
    data        the fields that the dataset declares, under the source's own names (text)
    event.rest  every other (name, value) pair, in order, repeats kept

All text is dictionary-encoded per batch (``dictionary<int32, utf8>``): consumers work on distinct values
first and on rows second. ``docs/reference/events.md`` says how a record becomes fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

import pyarrow as pa

TEXT: Final = pa.dictionary(pa.int32(), pa.utf8())

#: 100 ns intervals between 1601-01-01 and 1970-01-01.
FILETIME_EPOCH: Final = 116_444_736_000_000_000

META_FIELDS: Final = (
    pa.field("event.source", pa.int32(), nullable=False),  # number of the input file within the run
    pa.field(
        "event.offset", pa.int64(), nullable=False
    ),  # byte position in the (decompressed) file
    pa.field("event.record_id", pa.int64()),  # the container's own number: EVTX header, line number
    pa.field("event.state", pa.int8(), nullable=False),  # RecordState
    pa.field("event.filetime", pa.int64()),  # 100 ns since 1601-01-01 UTC, from the event itself
    pa.field("@timestamp", pa.timestamp("us", tz="UTC")),
    pa.field("event.time_assumed", pa.bool_(), nullable=False),  # the export named no time zone
)
SYSTEM_TYPED: Final = (
    pa.field("EventID", pa.int32()),
    pa.field("EventRecordID", pa.int64()),
)
SYSTEM_TEXT_NAMES: Final = (
    "Provider_Name",
    "Provider_Guid",
    "Provider_EventSourceName",
    "EventID_Qualifiers",
    "Version",
    "Level",
    "Task",
    "Opcode",
    "Keywords",
    "Correlation_ActivityID",
    "Correlation_RelatedActivityID",
    "Execution_ProcessID",
    "Execution_ThreadID",
    "Channel",
    "Computer",
    "Security_UserID",
)
REST_FIELD: Final = pa.field(
    "event.rest",
    pa.list_(pa.struct([pa.field("name", TEXT), pa.field("value", TEXT)])),
    nullable=False,
)
RESERVED_NAMES: Final = frozenset(
    field.name.lower() for field in (*META_FIELDS, *SYSTEM_TYPED, REST_FIELD)
) | frozenset(name.lower() for name in SYSTEM_TEXT_NAMES)


class RecordState(IntEnum):
    """How a record was found. Only live records count; the others come with ``--recover``."""

    LIVE = 0
    STALE = 1  # behind a chunk's free-space offset, or within a record that reaches over it
    CARVED = 2  # in a damaged chunk or outside any chunk


class Fidelity(StrEnum):
    """What an export keeps of the original event."""

    LOSSLESS = "lossless"  # every field, under its own name
    RENAMED = "renamed"  # every field that rules use, under other names
    LOSSY = "lossy"  # fields are missing; the shape lists them


def build_schema(declared: tuple[str, ...]) -> pa.Schema:
    """Return the Arrow schema of a dataset that declares the given data columns."""
    text = [pa.field(name, TEXT) for name in (*SYSTEM_TEXT_NAMES, *declared)]
    return pa.schema([*META_FIELDS, *SYSTEM_TYPED, *text, REST_FIELD])


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events of one dataset: ``table`` has the dataset's schema, rows in reading order."""

    dataset: str
    table: pa.RecordBatch

    def __len__(self) -> int:
        return int(self.table.num_rows)
