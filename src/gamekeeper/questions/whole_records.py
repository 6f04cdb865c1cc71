"""All fields of events as one text a row: the first few for people, or the whole as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.visible import escape_unseen
from gamekeeper.questions.record_fields import LARGE
from gamekeeper.questions.spoken import line

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.questions.record_fields import RecordFields

#: Characters of one value among the first fields.
_FIELD_LIMIT: Final = 80
#: Names that say nothing about this one event, or say it elsewhere; they stay in the JSON.
_ENVELOPE: Final = frozenset(SYSTEM_TEXT_NAMES) | {"host.name"}
_UNTOLD: Final = ("RenderingInfo_", "EventData_Name", "System_", "Binary")


@dataclass(frozen=True, slots=True)
class _Entries:
    """Fields of rows in order: the row's place, and what is written for name and value."""

    rows: NDArray[np.int64]
    names: pa.Array
    values: pa.Array


def _entries(
    fields: RecordFields,
    rows: NDArray[np.int64],
    told: Callable[[str], bool],
    form: Callable[[str], str | None],
) -> _Entries:
    """Return what ``form`` makes of every field of the rows, without those of which it makes nothing."""
    places = np.full(fields.rows, -1, np.int64)
    places[rows] = np.arange(len(rows))
    pieces: list[tuple[NDArray[np.int64], pa.Array, pa.Array]] = []
    for name, coded in fields.columns():
        if not told(name):
            continue
        has = np.flatnonzero(coded.codes[rows] >= 0)
        if len(has):
            texts = coded.said(rows[has], form)
            pieces.append((has, pa.repeat(pa.scalar(name, LARGE), len(has)), texts))
    rest = fields.rest()
    of_rows = np.flatnonzero(places[rest.rows] >= 0)
    if len(of_rows):
        names = rest.names.said(of_rows, lambda name: name if told(name) else None)
        values = rest.values.said(of_rows, form)
        pieces.append((places[rest.rows[of_rows]], names, values))
    return _in_order(pieces)


def _in_order(pieces: list[tuple[NDArray[np.int64], pa.Array, pa.Array]]) -> _Entries:
    if not pieces:
        return _Entries(np.empty(0, np.int64), pa.array([], LARGE), pa.array([], LARGE))
    rows = np.concatenate([piece[0] for piece in pieces])
    names = pa.concat_arrays([piece[1] for piece in pieces])
    values = pa.concat_arrays([piece[2] for piece in pieces])
    said = pc.and_(pc.is_valid(names), pc.is_valid(values)).to_numpy(zero_copy_only=False)
    order = np.argsort(rows, kind="stable")
    order = order[said[order]]
    taken = pa.array(order)
    return _Entries(rows[order], names.take(taken), values.take(taken))


def _joined(rows: NDArray[np.int64], count: int, texts: pa.Array, between: str) -> pa.Array:
    """Return the texts of each of ``count`` rows in one; rows without any have an empty one."""
    offsets = np.searchsorted(rows, np.arange(count + 1)).astype(np.int64)
    lists = pa.LargeListArray.from_arrays(pa.array(offsets), texts)
    return pc.binary_join(lists, pa.scalar(between, LARGE))


def first_fields(fields: RecordFields, rows: NDArray[np.int64], limit: int) -> pa.Array:
    """Return ``name=value, name=value`` of the first fields of each row that say something."""
    found = _entries(fields, rows, _is_told, lambda text: line(text, _FIELD_LIMIT))
    nth = np.arange(len(found.rows)) - np.searchsorted(found.rows, found.rows)
    few = pa.array(nth < limit)
    texts = pc.binary_join_element_wise(
        found.names.filter(few), found.values.filter(few), pa.scalar("=", LARGE)
    )
    return _joined(found.rows[nth < limit], len(rows), texts, ", ")


def _is_told(name: str) -> bool:
    return name not in _ENVELOPE and name != "Message" and not name.startswith(_UNTOLD)


def as_json(fields: RecordFields, rows: NDArray[np.int64]) -> pa.Array:
    """Return ``{"name":"value"}`` of all fields of each row; a name that repeats has a list of values."""
    found = _entries(fields, rows, lambda name: name != "host.name", quoted)
    count = len(found.rows)
    names = found.names.dictionary_encode()
    codes = names.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    # Values of one name of one row stand together, in the place of the first of them.
    key = found.rows * max(1, len(names.dictionary)) + codes
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    leading = first[same]
    order = np.lexsort((np.arange(count), leading))
    heads = np.flatnonzero(leading[order] == order)
    sizes = np.diff(np.append(heads, count))
    groups = np.repeat(np.arange(len(heads)), sizes)
    lists = _joined(groups, len(heads), found.values.take(pa.array(order)), ",")
    listed = pc.binary_join_element_wise(
        pa.scalar("[", LARGE), lists, pa.scalar("]", LARGE), pa.scalar("", LARGE)
    )
    values = pc.if_else(pa.array(sizes > 1), listed, lists)
    leaders = order[heads]
    keys = _each(found.names.take(pa.array(leaders)), quoted)
    texts = pc.binary_join_element_wise(keys, values, pa.scalar(":", LARGE))
    inner = _joined(found.rows[leaders], len(rows), texts, ",")
    return pc.binary_join_element_wise(
        pa.scalar("{", LARGE), inner, pa.scalar("}", LARGE), pa.scalar("", LARGE)
    )


def quoted(text: str) -> str:
    """Return a text as JSON without a character that a terminal would obey."""
    return escape_unseen(orjson.dumps(text)).decode()


def _each(column: pa.Array, form: Callable[[str], str]) -> pa.Array:
    distinct = column.dictionary_encode()
    texts = [form(text) for text in distinct.dictionary.to_pylist()]
    return pa.array(texts, LARGE).take(distinct.indices)
