"""The rows that chains are found in: one event in one step of one body, or one window of a part.

Rows are sorted twice. First by what tells acts apart, so that the records of one act stand together and can
be made one; then by what they have in common and by time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.correlation.schema import CARRIED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

#: ``act`` is equal for all records of one act: copies of a record, and the two logs that tell of a new
#: process. ``fingerprint`` is the act at its time once acts are settled; ``shown`` that of the record.
#: ``order`` is the role. ``inner`` are the events of a window of a part, and null for an event. ``fields``
#: are what the selection names. ``known_for`` is for steps that ask for what is new: how long the rest was in
#: the logs, in ticks.
STEP_SCHEMA: Final = pa.schema(
    [
        pa.field("body", pa.int32(), nullable=False),
        pa.field("key", pa.binary(16), nullable=False),
        pa.field("filetime", pa.int64(), nullable=False),
        pa.field("order", pa.int32(), nullable=False),
        pa.field("fingerprint", pa.binary(16), nullable=False),
        pa.field("role", pa.int32(), nullable=False),
        pa.field("values", pa.utf8(), nullable=False),
        pa.field("act", pa.binary(16), nullable=False),
        pa.field("shown", pa.binary(16), nullable=False),
        pa.field("fields", pa.utf8()),
        pa.field("inner", pa.utf8()),
        pa.field("known_for", pa.int64()),
        *(
            pa.field(f.name, pa.utf8() if pa.types.is_dictionary(f.type) else f.type)
            for f in CARRIED
        ),
    ]
)
#: All records of one act beside each other, the first one first.
ACT_KEY: Final = ("body", "act", "filetime", "role", "source", "offset")
#: Order of the walk; equal rows of two shards have equal order.
STEP_KEY: Final = ("body", "key", "filetime", "order", "fingerprint", "role", "source", "offset")

#: A row as Python has it.
Row = dict[str, object]


class Fact(NamedTuple):
    """One act in one step: what the walk and the slow truth look at. ``row`` to ``stop`` are its records."""

    key: bytes
    time: int
    role: int
    values: tuple[str | None, ...]
    row: int = 0
    stop: int = 0


def batch_of(rows: Iterable[Mapping[str, object]]) -> pa.RecordBatch:
    """Return rows as a batch."""
    return pa.RecordBatch.from_pylist(list(rows), STEP_SCHEMA)


def values_of(text: str) -> tuple[str | None, ...]:
    """Return the values of a row."""
    return tuple(orjson.loads(text))


def halves(keys: pa.FixedSizeBinaryArray) -> NDArray[np.uint64]:
    """Return what has sixteen bytes as two numbers a row, which are equal where it is."""
    data = np.frombuffer(keys.buffers()[1], np.uint64)
    return data[keys.offset * 2 : (keys.offset + len(keys)) * 2].reshape(-1, 2)
