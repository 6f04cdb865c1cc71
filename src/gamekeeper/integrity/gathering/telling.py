"""Events that say something of the logging itself or of the machine's life: few, and kept whole."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper import content
from gamekeeper.engine.columnar.values import codes_of
from gamekeeper.integrity.gathering.frames import RECORD_FIELDS, frame_of
from gamekeeper.integrity.gathering.groups import coded
from gamekeeper.model.events import META_FIELDS, SYSTEM_TEXT_NAMES, SYSTEM_TYPED
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

#: ``fields``: a JSON object {name: value} of all that the event says beside its envelope, values cut.
SCHEMA: Final = pa.schema(
    [
        *RECORD_FIELDS,
        pa.field("provider", pa.utf8(), nullable=False),
        pa.field("code", pa.int32(), nullable=False),
        pa.field("user", pa.utf8(), nullable=False),
        pa.field("fields", pa.utf8(), nullable=False),
    ]
)
#: Characters of a value that are kept.
_VALUE: Final = 1024
_ENVELOPE: Final = frozenset(
    [*SYSTEM_TEXT_NAMES, *(f.name for f in (*META_FIELDS, *SYSTEM_TYPED)), "event.rest"]
)


@cache
def wanted() -> dict[str, dict[str, frozenset[int]]]:
    """Return folded channel → folded provider → event ids."""
    document = content.load_yaml("integrity/telling.yml")
    return {
        fold(channel): {fold(provider): frozenset(ids) for provider, ids in providers.items()}
        for channel, providers in document.items()
    }


class Telling:
    """Gathers telling events."""

    name = "telling"
    schema = SCHEMA
    key = ("host", "filetime", "source", "offset")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the telling events of a batch."""
        frame = frame_of(batch)
        rows = _rows(frame)
        if not len(rows):
            return None
        at = pa.array(rows)
        names = ("Provider_Name", "EventID", "Security_UserID")
        provider, number, user = (batch.table.column(name).take(at) for name in names)
        fields = pa.array(_fields(batch.table, at), pa.utf8())
        return pa.RecordBatch.from_arrays(
            [*frame.records(rows), _text(provider), number, _text(user), fields], schema=SCHEMA
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows


def _text(column: pa.DictionaryArray) -> pa.Array:
    return column.dictionary_decode().fill_null("")


def _rows(frame: Frame) -> NDArray[np.int64]:
    """Return the rows whose channel, provider and number are wanted: distinct names first, rows second."""
    channels, (numbers, number) = frame.logs.channel, frame.numbers
    asked = {name: wanted()[name] for name in channels if name in wanted()}
    ids = [ids for providers in asked.values() for ids in providers.values()]
    rows = frame.numbered(frozenset().union(*ids))
    if not len(rows):
        return rows
    names, provider = coded(frame.table.column("Provider_Name"), fold)
    keep = np.zeros(len(rows), bool)
    for channel, providers in asked.items():
        here = _is_in(frame.logs.code[rows], channels, {channel})
        for name, known in providers.items():
            mine = here & _is_in(number[rows], numbers.tolist(), known)
            keep |= mine & (name == "*" or _is_in(provider[rows], names, {name}))
    return rows[keep]


def _is_in(
    places: NDArray[np.int64], names: Iterable[object], wanted: Container[object]
) -> NDArray[np.bool_]:
    """Say of each place whether the name there is wanted; none, which is -1, is not."""
    return np.array([*(name in wanted for name in names), False])[places]


def _fields(table: pa.RecordBatch, at: pa.Array) -> list[str]:
    """Return the fields of some rows; row by row, since telling events are few."""
    rows: list[dict[str, str]] = [{} for _ in range(len(at))]
    columns = zip(table.schema.names, table.columns, strict=True)
    spoken = [
        name
        for name, column in columns
        if name not in _ENVELOPE and column.null_count < len(column)
    ]
    taken = table.select([*spoken, "event.rest"]).take(at)
    for name, column in zip(spoken, taken.columns, strict=False):
        if column.null_count == len(column):
            continue
        codes = codes_of(column.indices)
        here = np.flatnonzero(codes >= 0)
        texts = column.dictionary.take(pa.array(codes[here])).to_pylist()
        for at_row, value in zip(here.tolist(), texts, strict=True):
            if value:
                rows[at_row][name] = value[:_VALUE]
    for row, pairs in zip(rows, taken.column(len(spoken)).to_pylist(), strict=True):
        for pair in pairs:
            if pair["value"]:
                row.setdefault(pair["name"], pair["value"][:_VALUE])
    return [orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode() for row in rows]
