"""Values of single events under the names that rules use, for the few events that correlations need."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gamekeeper.engine.columnar.values import codes_of
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Listed, Renamed
from gamekeeper.rules.truth import time_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

_ALWAYS = ("EventID", "Channel")


class Texts:
    """The values that some fields of some rows hold."""

    def __init__(self, batch: EventBatch, rows: NDArray[np.int32], names: set[str]) -> None:
        wanted = {fold(name) for name in (*names, *_ALWAYS)}
        taken = pa.array(rows, pa.int32())
        self._columns: dict[str, list[object]] = {}
        for name in ("EventID", "EventRecordID", *SYSTEM_TEXT_NAMES, *_declared(batch)):
            column = batch.table.column(name)
            if fold(name) in wanted and column.null_count < len(column):
                self._columns[fold(name)] = _plain_list(column.take(taken))
        if "@timestamp" in wanted:
            times = batch.table.column("event.filetime").take(taken).to_pylist()
            self._columns["@timestamp"] = [None if t is None else time_text(t) for t in times]
        self._extras: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._add_rest(batch.table.column("event.rest"), taken, wanted)
        kept = list(self._columns.values())
        #: Folded names of the columns, in the order of signatures.
        self.names = list(self._columns)
        #: What tells rows apart, for those that hold nothing but columns.
        self.signatures = list(zip(*kept, strict=True)) if kept else [()] * len(rows)

    def column(self, name: str) -> list[object]:
        """Return what the column of a folded name holds, a value a row; nothing where there is none."""
        return self._columns.get(name) or [None] * len(self.signatures)

    def extra_rows(self) -> Iterable[int]:
        """Return the rows that hold more of the fields than their signature."""
        return self._extras.keys()

    def is_plain(self, row: int) -> bool:
        """Say whether a row's signature is all that it holds of the fields."""
        return row not in self._extras

    def event(self, row: int) -> Mapping[str, list[str]]:
        """Return the values of one of the rows by folded name."""
        held: dict[str, list[str]] = defaultdict(list)
        for name, value in zip(self._columns, self.signatures[row], strict=True):
            if value is not None:
                held[name].append(str(value))
        for name, text in self._extras.get(row, ()):
            held[name].append(text)
        return held

    def _add_rest(self, rest: pa.ListArray, taken: pa.Array, wanted: set[str]) -> None:
        known = rest.values.field("name").dictionary.to_pylist()
        codes = [code for code, name in enumerate(known) if fold(name) in wanted]
        if not codes:
            return
        part = rest.take(taken)
        names = part.values.field("name")
        starts = part.offsets.to_numpy()
        for at in np.flatnonzero(np.isin(codes_of(names.indices), codes)).tolist():
            row = int(np.searchsorted(starts, at, side="right")) - 1
            pair = part.values[at].as_py()
            self._extras[row].append((fold(pair["name"]), pair["value"]))


def _plain_list(column: pa.Array) -> list[object]:
    """Return a column's values; looking texts up is ten times as fast as Arrow's list of a dictionary."""
    if not isinstance(column, pa.DictionaryArray):
        return list(column.to_pylist())
    if len(column.dictionary) > len(column):
        return list(column.dictionary_decode().to_pylist())
    texts = [*column.dictionary.to_pylist(), None]
    return [texts[code] for code in codes_of(column.indices).tolist()]


def _declared(batch: EventBatch) -> tuple[str, ...]:
    return tuple(datasets()[batch.dataset].declared)


def names_of(mapped: FieldMap) -> Iterator[str]:
    """Yield the names of the event's fields that a field of a rule reads."""
    if isinstance(mapped, Renamed):
        yield from mapped.names
    elif isinstance(mapped, Joined):
        yield from (mapped.left, mapped.right)
    elif isinstance(mapped, Listed):
        yield mapped.name
    else:
        yield mapped.given
        yield from names_of(mapped.then)
        yield from names_of(mapped.otherwise)


def read(mapped: FieldMap, event: Mapping[str, list[str]]) -> str | None:
    """Return the value of a rule's field in an event, None where it is absent.

    Several values of one field are one text, a line each.
    """
    if isinstance(mapped, Renamed):
        found = [text for name in mapped.names[:1] for text in event.get(fold(name), ())]
        for name in mapped.names[1:]:
            found = found or list(event.get(fold(name), ()))
        return "\n".join(_plain(text, mapped.form) for text in found) if found else None
    if isinstance(mapped, Joined):
        left, right = (event.get(fold(name), ()) for name in (mapped.left, mapped.right))
        return "\\".join((*left[:1], *right[:1])) if right else None
    if isinstance(mapped, Listed):
        return _entries(mapped, event.get(fold(mapped.name), ()))
    return read(_side(mapped, event), event)


def _entries(mapped: Listed, texts: Sequence[str]) -> str | None:
    """Return what stands behind a key in texts of many entries: ``MD5=...,SHA256=...``."""
    entries = [entry.partition("=") for text in texts for entry in text.split(",")]
    found = [value for key, _, value in entries if fold(key) == fold(mapped.key)]
    return "\n".join(found) if found else None


def _side(mapped: Chosen, event: Mapping[str, list[str]]) -> FieldMap:
    says = any(text not in {"", "-"} for text in event.get(fold(mapped.given), ()))
    return mapped.then if says else mapped.otherwise


def _plain(text: str, form: str) -> str:
    """Return a number in the form in which rules, and other logs, write it."""
    if form == "hex" and text.lower().startswith("0x"):
        try:
            return str(int(text, 16))
        except ValueError:
            return text
    return text
