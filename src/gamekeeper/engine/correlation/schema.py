"""The rows that correlations work on.

One row is one record in one role of one correlation: its group, its time, its fingerprint, the values
that are asked of it, and what leads back to the bytes.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.events import TEXT
from gamekeeper.model.folding import fold
from gamekeeper.rules.correlation_ir import CorrelationType
from gamekeeper.rules.correlation_parse import NUMERIC_TYPES
from gamekeeper.rules.truth import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.rules.plan import BoundCorrelation

#: Columns of an event that its row carries on.
CARRIED: Final = (
    pa.field("source", pa.int32(), nullable=False),
    pa.field("offset", pa.int64(), nullable=False),
    pa.field("record_id", pa.int64()),
    pa.field("state", pa.int8(), nullable=False),
    pa.field("time_assumed", pa.bool_(), nullable=False),
    pa.field("host", TEXT),
    pa.field("user", TEXT),
    pa.field("channel", TEXT),
    pa.field("event_code", pa.int32()),
    pa.field("event_record_id", pa.int64()),
)
#: ``fingerprint`` tells events apart, ``shown`` is what people see: they differ for the match of a
#: correlation, whose ``members`` are the ids of its own records. ``order`` sorts the events of one time
#: by the first of their steps where steps have an order, and is 0 elsewhere.
ROW_SCHEMA: Final = pa.schema(
    [
        pa.field("correlation", pa.int32(), nullable=False),
        pa.field("key", pa.binary(16), nullable=False),
        pa.field("filetime", pa.int64(), nullable=False),
        pa.field("order", pa.int32(), nullable=False),
        pa.field("fingerprint", pa.binary(16), nullable=False),
        pa.field("role", pa.int32(), nullable=False),
        pa.field("values", pa.utf8(), nullable=False),
        pa.field("shown", pa.binary(16), nullable=False),
        pa.field("members", pa.utf8()),
        *CARRIED,
    ]
)
ROW_KEY: Final = (
    "correlation",
    "key",
    "filetime",
    "order",
    "fingerprint",
    "role",
    "source",
    "offset",
)


def _plain(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [
            pa.field(field.name, field.type.value_type, field.nullable)
            if pa.types.is_dictionary(field.type)
            else field
            for field in schema
        ]
    )


#: The same without dictionaries, of which a file has one for all batches: plain text is bounded.
PLAIN_SCHEMA: Final = _plain(ROW_SCHEMA)


def group_key(values: Sequence[str]) -> bytes:
    """Return what stands for a group: values are compared without regard to case."""
    digest = blake2b(digest_size=16)
    for value in values:
        raw = fold(value).encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()


def order_of(bound: BoundCorrelation, roles: Iterable[int]) -> int:
    """Return what sorts an event with these roles among those of the same time."""
    return min(roles) if bound.correlation.type is CorrelationType.TEMPORAL_ORDERED else 0


def lacking(bound: BoundCorrelation, values: Sequence[str | None]) -> str:
    """Return what keeps an event with these values out of a correlation, or nothing."""
    for place in (*bound.group, *bound.values):
        if values[place] is None:
            return f"have no {bound.wanted[place]}"
    if bound.correlation.type in NUMERIC_TYPES:
        place = bound.values[0]
        if number(values[place] or "") is None:
            return f"have no number in {bound.wanted[place]}"
    return ""
