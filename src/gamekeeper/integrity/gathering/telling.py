"""Events that say something of the logging itself or of the machine's life: few, and kept whole."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper import content
from gamekeeper.integrity.gathering.groups import logs_of
from gamekeeper.model.events import META_FIELDS, SYSTEM_TEXT_NAMES, SYSTEM_TYPED
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

#: ``fields``: a JSON object {name: value} of all that the event says beside its envelope, values cut.
SCHEMA: Final = pa.schema(
    [
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("channel", pa.utf8(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("record", pa.int64()),
        pa.field("filetime", pa.int64()),
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

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the telling events of a batch."""
        rows = _rows(batch)
        if not len(rows):
            return None
        logs = logs_of(batch)
        rows = rows[logs.code[rows] >= 0]
        if not len(rows):
            return None
        taken = batch.table.take(pa.array(rows))
        code = logs.code[rows]
        return pa.RecordBatch.from_arrays(
            [
                logs.hosts(code),
                logs.channels(code),
                taken.column("event.source"),
                taken.column("event.offset"),
                taken.column("EventRecordID"),
                taken.column("event.filetime"),
                _text(taken.column("Provider_Name")),
                taken.column("EventID"),
                _text(taken.column("Security_UserID")),
                pa.array(_fields(taken), pa.utf8()),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself."""
        return rows


def _text(column: pa.DictionaryArray) -> pa.Array:
    return column.dictionary_decode().fill_null("")


def _rows(batch: EventBatch) -> NDArray[np.int64]:
    """Return the rows whose channel, provider and number are wanted: distinct names first, rows second."""
    table = batch.table
    channels, channel = _coded(table.column("Channel"))
    providers, provider = _coded(table.column("Provider_Name"))
    number = table.column("EventID").fill_null(-1).to_numpy()
    keep = np.zeros(len(batch), bool)
    for at, name in enumerate(channels):
        asked = wanted().get(name)
        if asked is None:
            continue
        here = channel == at
        for ids, codes in _asked(asked, providers):
            keep |= here & np.isin(provider, codes) & np.isin(number, list(ids))
    return np.flatnonzero(keep)


def _asked(
    asked: dict[str, frozenset[int]], providers: list[str]
) -> Iterator[tuple[frozenset[int], list[int]]]:
    for provider, ids in asked.items():
        yield ids, [at for at, name in enumerate(providers) if provider in ("*", name)]


def _coded(column: pa.DictionaryArray) -> tuple[list[str], NDArray[np.int32]]:
    names = [fold(name) for name in column.dictionary.to_pylist()]
    return names, column.indices.fill_null(-1).to_numpy(zero_copy_only=False)


def _fields(taken: pa.RecordBatch) -> list[str]:
    """Return each row's fields; row by row, since telling events are few."""
    rows: list[dict[str, str]] = [{} for _ in range(taken.num_rows)]
    for name, column in zip(taken.schema.names, taken.columns, strict=True):
        if name in _ENVELOPE or column.null_count == len(column):
            continue
        for row, value in zip(rows, column.to_pylist(), strict=True):
            if value:
                row[name] = value[:_VALUE]
    for row, pairs in zip(rows, taken.column("event.rest").to_pylist(), strict=True):
        for pair in pairs:
            if pair["value"]:
                row.setdefault(pair["name"], pair["value"][:_VALUE])
    return [orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode() for row in rows]
