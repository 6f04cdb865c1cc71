"""``search``: events in which words, patterns or values stand, in any field or in one.

Every distinct value is looked at once a row group; rows come second. Files are searched side by side.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.answers import Answer
from gamekeeper.model.events import TEXT
from gamekeeper.questions.finding.terms import Term, parse
from gamekeeper.store.selection import Selection
from gamekeeper.store.sorting import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.store.records import StoredFile
    from gamekeeper.store.snapshot import Snapshot

SCHEMA: Final = pa.schema(
    [
        pa.field("@timestamp", pa.timestamp("us", tz="UTC")),
        pa.field("host.name", pa.utf8()),
        pa.field("winlog.channel", pa.utf8()),
        pa.field("event.code", pa.int32()),
        pa.field("event.provider", pa.utf8()),
        pa.field("field", pa.utf8()),  # the first field in which the first term stands
        pa.field("value", pa.utf8()),  # what it says
        pa.field("event.source", pa.int32()),
        pa.field("event.offset", pa.int64()),
        pa.field("event.record_id", pa.int64()),
        pa.field("event.filetime", pa.int64()),
    ]
)
_ORDER: Final = ("event.filetime", "event.source", "event.offset")


def search(
    snapshot: Snapshot,
    selection: Selection,
    words: Sequence[str],
    *,
    is_regex: bool = False,
    is_any: bool = False,
) -> Answer:
    """Return the events in which all of the terms stand, or any of them, in order of time.

    A term is a word, ``FIELD=VALUE`` with ``*`` and ``?`` as wildcards, or ``FIELD~PATTERN``. Case never
    matters. Raises UsageError for a term that makes no sense.
    """
    terms = [parse(word, is_regex=is_regex) for word in words]
    files = snapshot.selected(selection)
    rows = _found(snapshot, files, selection, _Search(terms, is_any))
    return Answer("search", SCHEMA, in_order(rows, SCHEMA, _ORDER))


def _found(
    snapshot: Snapshot, files: Sequence[StoredFile], selection: Selection, search_for: _Search
) -> Iterator[pa.RecordBatch]:
    """Search files side by side, a few ahead of whoever takes the rows."""
    workers = os.cpu_count() or 1
    look = partial(_in_file, snapshot, selection, search_for)
    todo = (
        (file, groups) for file in files if (groups := _groups(snapshot, file, search_for)) != ()
    )
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(look, *item) for item in islice(todo, 2 * workers)]
        while waiting:
            yield from waiting.pop(0).result()
            following = next(todo, None)
            if following is not None:
                waiting.append(pool.submit(look, *following))


def _groups(snapshot: Snapshot, file: StoredFile, search_for: _Search) -> tuple[int, ...] | None:
    """Return the row groups that have to be looked into; None for all."""
    needs = search_for.needs
    return None if needs is None else snapshot.groups_with(file, needs)


def _in_file(
    snapshot: Snapshot,
    selection: Selection,
    search_for: _Search,
    file: StoredFile,
    groups: tuple[int, ...] | None,
) -> list[pa.RecordBatch]:
    batches = snapshot.batches_of(file, selection, groups=groups)
    found = (search_for.rows(batch) for batch in batches)
    return [rows for rows in found if rows.num_rows]


@dataclass(frozen=True, slots=True)
class _Hit:
    """Rows in which a term stands, and for each the column (or the pair of the rest) where."""

    rows: NDArray[np.bool_]
    where: NDArray[np.int32]  # position of the column; -1 none


class _Search:
    """Looks for the terms of one question, batch by batch."""

    def __init__(self, terms: Sequence[Term], is_any: bool) -> None:
        self._terms = terms
        self._is_any = is_any

    @property
    def needs(self) -> list[str] | None:
        """The texts that have to stand in a row group; None where that cannot be said."""
        needed = [term.needs for term in self._terms]
        if self._is_any:
            only = needed[0] if len(needed) == 1 else None
            return None if only is None else list(only)
        found = [text for texts in needed if texts is not None for text in texts]
        return found or None

    def rows(self, batch: EventBatch) -> pa.RecordBatch:
        """Return the rows of a batch in which the terms stand, as they are shown."""
        hits = [self._hit(term, batch.table) for term in self._terms]
        masks = np.stack([hit.rows for hit in hits])
        keep = masks.any(axis=0) if self._is_any else masks.all(axis=0)
        found = np.flatnonzero(keep)
        first = np.argmax(masks[:, found], axis=0) if len(found) else np.zeros(0, np.intp)
        where = np.stack([hit.where for hit in hits])[first, found]
        return _shown(batch.table, found, where, self._terms, first)

    def _hit(self, term: Term, table: pa.RecordBatch) -> _Hit:
        rows = np.zeros(table.num_rows, bool)
        where = np.full(table.num_rows, -1, np.int32)
        for at, name in enumerate(table.schema.names):
            column = table.column(at)
            if not term.asks(name) or column.null_count == len(column):
                continue
            here = _standing(term, name, column)
            if here is not None:
                where[here & ~rows] = at
                rows |= here
        return _Hit(rows, where)


def _standing(term: Term, name: str, column: pa.Array) -> NDArray[np.bool_] | None:
    """Say for each row whether the term stands in a column; None where it cannot."""
    if column.type == TEXT:
        return _by_value(column, term.matches(column.dictionary))
    if name == "event.rest":
        return _in_rest(term, column)
    if pa.types.is_integer(column.type) and term.number is not None:
        equal = pc.fill_null(pc.equal(column, term.number), False)
        return np.asarray(equal.to_numpy(zero_copy_only=False), bool)
    return None


def _by_value(column: pa.DictionaryArray, answers: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if not answers.any():
        return np.zeros(len(column), bool)
    codes = pc.fill_null(column.indices, len(answers)).to_numpy()
    rows: NDArray[np.bool_] = np.append(answers, [False])[codes]
    return rows


def _in_rest(term: Term, column: pa.ListArray) -> NDArray[np.bool_]:
    pairs = column.flatten()
    hit = _by_value(pairs.field("value"), term.matches(pairs.field("value").dictionary))
    if term.field:
        names = pairs.field("name")
        asked = np.array([term.is_called(name) for name in names.dictionary.to_pylist()], bool)
        hit &= _by_value(names, asked) if len(asked) else False
    row = np.repeat(np.arange(len(column)), pc.list_value_length(column).to_numpy())
    found = np.zeros(len(column), bool)
    found[row[hit]] = True
    return found


def _shown(
    table: pa.RecordBatch,
    rows: NDArray[np.intp],
    where: NDArray[np.int32],
    terms: Sequence[Term],
    first: NDArray[np.intp],
) -> pa.RecordBatch:
    taken = table.take(pa.array(rows))
    names: list[str | None] = [None] * len(rows)
    values: list[str | None] = [None] * len(rows)
    for at in np.unique(where).tolist():
        here = np.flatnonzero(where == at)
        name = table.schema.names[at]
        column = taken.column(at).take(pa.array(here)).to_pylist()
        for row, value in zip(here.tolist(), column, strict=True):
            if name == "event.rest":
                names[row], values[row] = terms[int(first[row])].pair_of(value)
            else:
                names[row], values[row] = name, str(value)
    columns = {
        "@timestamp": taken.column("@timestamp"),
        "host.name": taken.column("host.name").cast(pa.utf8()),
        "winlog.channel": taken.column("Channel").cast(pa.utf8()),
        "event.code": taken.column("EventID"),
        "event.provider": taken.column("Provider_Name").cast(pa.utf8()),
        "field": pa.array(names, pa.utf8()),
        "value": pa.array(values, pa.utf8()),
        "event.source": taken.column("event.source"),
        "event.offset": taken.column("event.offset"),
        "event.record_id": taken.column("event.record_id"),
        "event.filetime": taken.column("event.filetime"),
    }
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=SCHEMA)
