"""Texts of a case in which Base64 is looked for: each distinct one of a row group once, with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gamekeeper.model.datasets import datasets
from gamekeeper.questions.processes.fields import filetimes

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: Where commands, scripts, services, tasks, registry values and subscriptions carry text of the one who acts.
#: Names of services are among them: files have been carried over the service manager in them, piece by piece.
FIELDS: Final = {
    "windows.sysmon": (
        "CommandLine",
        "ParentCommandLine",
        "Details",
        "Contents",
        "Query",
        "Destination",
    ),
    "windows.security": (
        "CommandLine",
        "ServiceFileName",
        "TaskContent",
        "TaskContentNew",
        "NewValue",
    ),
    "windows.system": ("ImagePath", "ServiceName"),
    "windows.powershell": ("ScriptBlockText", "ContextInfo", "Payload"),
    "windows.powershell_classic": ("Data",),
    "windows.wmi": ("Operation", "CONSUMER", "PossibleCause", "Query"),
    "windows.taskscheduler": ("ActionName", "Path"),
}
REST: Final = "event.rest"
#: What a text has that is worth a look: a long run, or a short one behind a mark.
_WORTH: Final = (
    r"[A-Za-z0-9+/_-]{16}|(?i:[-/\x{2010}-\x{2015}]e\S{0,14}[\s:][\"']?[a-z0-9+/]{8}"
    r"|frombase64|-----begin |;base64,)"
)
#: The event log writes the message out again: what it says stands in the fields.
_WORDED: Final = frozenset({"message"})


@dataclass(frozen=True, slots=True)
class Value:
    """One distinct text of a field, and the rows that have it."""

    dataset: str
    field: str
    text: str
    rows: NDArray[np.int64]  # in the batch


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a batch come from."""

    sources: list[int]
    offsets: list[int]
    record_ids: list[int | None]
    written: list[int]  # FILETIME, -1 for none
    hosts: list[str | None]


def places_of(batch: EventBatch) -> Places:
    """Return where the rows of a batch come from."""
    table = batch.table
    return Places(
        table.column("event.source").to_pylist(),
        table.column("event.offset").to_pylist(),
        table.column("event.record_id").to_pylist(),
        filetimes(table.column("event.filetime")).tolist(),
        table.column("host.name").to_pylist(),
    )


def batches(
    snapshot: Snapshot, selection: Selection, *, everywhere: bool
) -> Iterator[tuple[EventBatch, tuple[str, ...]]]:
    """Yield the events to look at with the columns that count, dataset by dataset."""
    for name, dataset in datasets().items():
        fields = (*dataset.declared, REST) if everywhere else FIELDS.get(name, ())
        if fields:
            chosen = replace(selection, datasets=(name,))
            for batch in snapshot.batches(chosen, fields):
                yield batch, fields


def values_of(batch: EventBatch, fields: tuple[str, ...]) -> Iterator[Value]:
    """Yield the distinct texts of some columns in which there is something to look at."""
    for field in fields:
        if field == REST:
            yield from _of_rest(batch)
        else:
            yield from _of_column(batch.dataset, field, batch.table.column(field), None)


def _of_column(
    dataset: str, field: str, column: pa.DictionaryArray, rows: NDArray[np.int64] | None
) -> Iterator[Value]:
    texts = column.dictionary
    worth = pc.fill_null(pc.match_substring_regex(texts, _WORTH), False)
    chosen = np.flatnonzero(worth.to_numpy(zero_copy_only=False))
    if not len(chosen):
        return
    codes = column.indices.fill_null(-1).to_numpy()
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.append(chosen, chosen + 1)).reshape(2, -1)
    for at, (start, stop) in zip(chosen.tolist(), bounds.T.tolist(), strict=True):
        if start < stop:
            here = order[start:stop] if rows is None else rows[order[start:stop]]
            yield Value(dataset, field, texts[at].as_py(), here)


def _of_rest(batch: EventBatch) -> Iterator[Value]:
    """Yield the texts of fields that the dataset does not declare, each under its own name."""
    rest = batch.table.column(REST)
    pairs = rest.flatten()
    names, values = pairs.field("name"), pairs.field("value")
    row = np.repeat(np.arange(len(rest)), pc.list_value_length(rest).to_numpy())
    spelt = names.dictionary.to_pylist()
    codes = names.indices.to_numpy()
    for code, name in enumerate(spelt):
        if name.lower() not in _WORDED:
            at = np.flatnonzero(codes == code)
            yield from _of_column(batch.dataset, name, values.take(pa.array(at)), row[at])
