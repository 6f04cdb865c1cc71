"""Parts of scripts as rows: what a worker leaves on disk so that scripts can be put together.

A row is the whole event of one part, so that a rule may ask of the script what it may ask of an event,
with the key by which parts of a script stand beside each other, and the rules that are true of the part.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import TEXT, EventBatch
from gamekeeper.model.fingerprint import fingerprints, short_host
from gamekeeper.model.folding import fold
from gamekeeper.model.scripts import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from gamekeeper.engine.base import Matches

#: The events of this dataset with this id are parts of scripts.
DATASET: Final = "windows.powershell"
EVENT_ID: Final = 4104
#: The field that the parts share out among themselves.
SCRIPT: Final = "ScriptBlockText"
#: Rows that are made at once: a part may have 100 KB.
_STEP: Final = 1024

_PAIRS: Final = pa.list_(pa.struct([pa.field("name", pa.utf8()), pa.field("value", pa.utf8())]))


def _plain(field: pa.Field) -> pa.Field:
    if field.name == "event.rest":
        return pa.field(field.name, _PAIRS, field.nullable)
    is_text = pa.types.is_dictionary(field.type)
    return pa.field(field.name, pa.utf8() if is_text else field.type, field.nullable)


def events_schema() -> pa.Schema:
    """Return the dataset's schema without dictionaries, of which a file has one for all batches."""
    return pa.schema([_plain(field) for field in datasets()[DATASET].schema])


#: ``rules`` are positions in the plan as 32-bit integers, ascending; ``fingerprint`` is the part's own.
PART_FIELDS: Final = (
    pa.field("script", pa.binary(16), nullable=False),
    pa.field("number", pa.int64(), nullable=False),
    pa.field("total", pa.int64(), nullable=False),
    pa.field("rules", pa.binary(), nullable=False),
    pa.field("fingerprint", pa.binary(16), nullable=False),
)
#: Total, and the same whatever the units were: of two texts for one part the earlier one counts.
PART_KEY: Final = ("script", "number", "event.filetime", "event.source", "event.offset")


def gather(batch: EventBatch, matches: Matches) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a batch's events that are one part of several; ``matches`` are all of the batch."""
    if batch.dataset != DATASET:
        return
    rows = _candidates(batch)
    for start in range(0, len(rows), _STEP):
        yield _rows(batch, rows[start : start + _STEP], matches)


def _candidates(batch: EventBatch) -> NDArray[np.int32]:
    """Return the rows that say which part they are, of more than one."""
    table = batch.table
    total = table.column("MessageTotal")
    several = pa.array(
        [place(text, text)[1] > 1 for text in total.dictionary.to_pylist()], pa.bool_()
    )
    keep = pc.and_(
        pc.fill_null(several.take(total.indices), pa.scalar(False, pa.bool_())),
        pc.fill_null(
            pc.equal(table.column("EventID"), pa.scalar(EVENT_ID, pa.int32())),
            pa.scalar(False, pa.bool_()),
        ),
    )
    for name in ("ScriptBlockId", SCRIPT):
        keep = pc.and_(keep, pc.is_valid(table.column(name)))
    rows = np.flatnonzero(keep.to_numpy(zero_copy_only=False)).astype(np.int32)
    taken = table.select(["MessageNumber", "MessageTotal"]).take(pa.array(rows))
    numbers, totals = (taken.column(at).to_pylist() for at in (0, 1))
    placed = [place(*pair)[0] > 0 for pair in zip(numbers, totals, strict=True)]
    return rows[np.array(placed, np.bool_)]


def _rows(batch: EventBatch, rows: NDArray[np.int32], matches: Matches) -> pa.RecordBatch:
    taken = batch.table.take(pa.array(rows, pa.int32()))
    pairs = zip(
        *(taken.column(name).to_pylist() for name in ("MessageNumber", "MessageTotal")), strict=True
    )
    places = [place(*pair) for pair in pairs]
    starts = np.searchsorted(matches.row, rows, side="left")
    stops = np.searchsorted(matches.row, rows, side="right")
    rules = [matches.rule[a:b].tobytes() for a, b in zip(starts, stops, strict=True)]
    own = [
        pa.array(_keys(taken, [total for _, total in places]), pa.binary(16)),
        pa.array([number for number, _ in places], pa.int64()),
        pa.array([total for _, total in places], pa.int64()),
        pa.array(rules, pa.binary()),
        fingerprints(batch, rows),
    ]
    events = plain(taken)
    schema = pa.schema([*PART_FIELDS, *events.schema])
    return pa.RecordBatch.from_arrays([*own, *events.columns], schema=schema)


def _keys(taken: pa.RecordBatch, totals: list[int]) -> Iterator[bytes]:
    """Yield what names the script that each event is a part of: host, channel, id and number of parts."""
    columns = [taken.column(name).to_pylist() for name in ("Computer", "Channel", "ScriptBlockId")]
    for host, channel, identity, total in zip(*columns, totals, strict=True):
        digest = blake2b(digest_size=16)
        for text in (short_host(host or ""), fold(channel or ""), fold(identity), str(total)):
            raw = text.encode()
            digest.update(len(raw).to_bytes(8, "big") + raw)
        yield digest.digest()


def plain(table: pa.RecordBatch) -> pa.RecordBatch:
    """Return events of the dataset with their texts written out."""
    schema = events_schema()
    columns = []
    for field, column in zip(schema, table.columns, strict=True):
        if field.name == "event.rest":
            columns.append(_pairs(column, _decoded, field.type))
        else:
            columns.append(_decoded(column) if pa.types.is_string(field.type) else column)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def encoded(table: pa.RecordBatch) -> EventBatch:
    """Return what :func:`plain` gave as a batch again."""
    schema = datasets()[DATASET].schema
    columns = []
    for field, column in zip(schema, table.columns, strict=True):
        if field.name == "event.rest":
            columns.append(_pairs(column, _coded, field.type))
        else:
            columns.append(_coded(column) if field.type == TEXT else column)
    return EventBatch(DATASET, pa.RecordBatch.from_arrays(columns, schema=schema))


def _pairs(
    column: pa.ListArray, as_wanted: Callable[[pa.Array], pa.Array], wanted: pa.ListType
) -> pa.ListArray:
    """Return the lists of names and values with both in another form."""
    struct = column.values
    columns = [as_wanted(struct.field(at)) for at in (0, 1)]
    pairs = pa.StructArray.from_arrays(columns, fields=list(wanted.value_type))
    return pa.ListArray.from_arrays(column.offsets, pairs, type=wanted)


def _decoded(column: pa.DictionaryArray) -> pa.Array:
    return column.dictionary_decode()


def _coded(column: pa.Array) -> pa.Array:
    return column.dictionary_encode().cast(TEXT)
