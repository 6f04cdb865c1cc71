"""The columns of stored files: those of the dataset, and the host's name as copies agree on it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import META_FIELDS, SYSTEM_TEXT_NAMES, SYSTEM_TYPED, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST: Final = pa.field("host.name", TEXT)
#: Columns that every reader gets, asked for or not.
CORE: Final = (
    *(field.name for field in (*META_FIELDS, *SYSTEM_TYPED)),
    "Provider_Name",
    "Channel",
    "Computer",
    HOST.name,
)
#: Columns of a dataset whose values are whole numbers in order: kept as differences.
RISING: Final = (
    "event.source",
    "event.offset",
    "event.record_id",
    "event.filetime",
    "@timestamp",
    "EventRecordID",
)
#: Columns with least and greatest values in the file, so that readers pass over what is out of range.
BOUNDED: Final = ("event.source", "event.filetime", "@timestamp", "EventID", HOST.name, "Channel")
#: Entry of a file's metadata: for each row group, a JSON list of the columns in which nothing stands.
EMPTY_KEY: Final = "gamekeeper.empty"
#: Where every further copy of an event stands, and which one is kept.
WITNESSES: Final = pa.schema(
    [
        pa.field("event.source", pa.int32(), nullable=False),
        pa.field("event.offset", pa.int64(), nullable=False),
        pa.field("event.record_id", pa.int64()),
        pa.field("event.filetime", pa.int64()),
        pa.field("kept.source", pa.int32(), nullable=False),
        pa.field("kept.offset", pa.int64(), nullable=False),
        pa.field("how", pa.utf8(), nullable=False),
    ]
)

#: What could not become an event; ``count`` records each.
REJECTS: Final = pa.schema(
    [
        pa.field("event.source", pa.int32(), nullable=False),
        pa.field("event.offset", pa.int64(), nullable=False),
        pa.field("reason", pa.utf8(), nullable=False),
        pa.field("detail", pa.utf8(), nullable=False),
        pa.field("event.record_id", pa.int64()),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("raw", pa.binary(), nullable=False),
    ]
)


@cache
def stored(dataset: str) -> pa.Schema:
    """Return the schema of a dataset's files."""
    return datasets()[dataset].schema.append(HOST)


def mark_of(names: Sequence[str]) -> str:
    """Return a short text by which files with the same columns know each other."""
    return sha256("\n".join(names).encode()).hexdigest()[:16]


@cache
def mark(dataset: str) -> str:
    """Return the mark of files of a dataset as they are written now."""
    return mark_of(stored(dataset).names)


def shared() -> tuple[str, ...]:
    """Return the columns that all datasets have, ``event.rest`` apart."""
    names = [field.name for field in (*META_FIELDS, *SYSTEM_TYPED)]
    return (*names, *SYSTEM_TEXT_NAMES, HOST.name)


def picked(dataset: str, columns: Sequence[str]) -> list[str]:
    """Return the core columns and those asked for that the dataset has, in the order of its schema."""
    wanted = {*CORE, *columns}
    return [name for name in stored(dataset).names if name in wanted]
