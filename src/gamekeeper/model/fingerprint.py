"""Which event a record is a copy of: the same fingerprint in Tuesday's file, Thursday's and the JSON export.

A fingerprint is a hash over what stays the same however an event is exported: host (short name), channel,
provider, ``EventRecordID``, the time to 100 ns, and the payload: every data field with its value, in no
order, repeats counted. Not part of it: where the record stood, the rest of the envelope, rendered
text (``Message``, ``RenderingInfo_*``), empty values, and case in names. What an export lacks is left out
of its hash, so an export without record ids or with coarser times does not share fingerprints.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

SIZE_BYTES: Final = 16
_ADDRESS: Final = re.compile(r"[0-9.]+|.*:.*", re.ASCII)
_NOT_PAYLOAD: Final = re.compile(r"message|renderinginfo_.*|system_.*", re.DOTALL)
#: Between name, length and value; the length keeps a value from posing as several fields.
_MARK: Final = pa.scalar("\x1f", pa.utf8())
#: The way in which a fingerprint is made: another way must not give equal ones.
_FORM: Final = pa.scalar("1", pa.utf8())
#: Typed constants: to guess a type Arrow looks for packages that are not there, at 0.1 ms a time.
_NOTHING: Final = pa.scalar(None, pa.utf8())
_ZERO: Final = pa.scalar(0, pa.int32())


def short_host(name: str) -> str:
    """Return the form of a host's name in which its copies agree.

    >>> short_host("WORKSTATION6.theshire.local"), short_host("10.0.0.1")
    ('workstation6', '10.0.0.1')
    """
    folded = fold(name)
    return folded if _ADDRESS.fullmatch(folded) else folded.partition(".")[0]


def fingerprints(batch: EventBatch, rows: NDArray[np.int32] | None = None) -> pa.Array:
    """Return the fingerprint of each row, or of each of the given ones, as ``binary(16)``."""
    taken = batch.table if rows is None else batch.table.take(pa.array(rows))
    identity = [
        # Never null: Arrow joins nothing but nulls to a column without rows.
        pa.repeat(_FORM, taken.num_rows),
        _coded("host", taken.column("Computer"), short_host),
        _coded("channel", taken.column("Channel"), fold),
        _coded("provider", taken.column("Provider_Name"), fold),
        _numbers("record", taken.column("EventRecordID")),
        _numbers("time", taken.column("event.filetime")),
    ]
    return _digests([*identity, *_payload_pieces(batch.dataset, taken)])


def payloads(batch: EventBatch) -> pa.Array:
    """Return a digest of each row's payload alone, as ``binary(16)``: what copies agree on whatever an
    export did to number and time."""
    form = pa.repeat(_FORM, len(batch))
    return _digests([form, *_payload_pieces(batch.dataset, batch.table)])


def _payload_pieces(dataset: str, taken: pa.RecordBatch) -> list[pa.Array]:
    rest = _Rest(taken.column("event.rest"))
    pieces = []
    for name in sorted(datasets()[dataset].declared, key=fold):
        folded = fold(name)
        column = taken.column(name)
        if not _NOT_PAYLOAD.fullmatch(folded) and column.null_count < len(column):
            pieces.append(rest.settled(folded, _coded(folded, column)))
    return [*pieces, rest.joined()]


def _digests(pieces: list[pa.Array]) -> pa.Array:
    joined = pc.binary_join_element_wise(*pieces, _MARK, null_handling="skip")
    texts = joined.cast(pa.binary()).to_pylist()
    digests = [blake2b(text, digest_size=SIZE_BYTES).digest() for text in texts]
    return pa.array(digests, pa.binary(SIZE_BYTES))


def _piece(name: pa.Scalar | pa.Array, values: pa.Array) -> pa.Array:
    """Return ``name, length, value`` as one text for each value; null for empty and for no value."""
    size = pc.binary_length(values)
    filled = pc.if_else(pc.equal(size, _ZERO), _NOTHING, values)
    return pc.binary_join_element_wise(name, size.cast(pa.utf8()), filled, _MARK)


def _coded(name: str, column: pa.Array, change: Callable[[str], str] | None = None) -> pa.Array:
    dictionary = column.dictionary
    if change is not None:
        changed = [None if text is None else change(text) for text in dictionary.to_pylist()]
        dictionary = pa.array(changed, pa.utf8())
    if len(dictionary) > len(column):  # a few rows of a large batch
        return _piece(pa.scalar(name, pa.utf8()), dictionary.take(column.indices))
    return _piece(pa.scalar(name, pa.utf8()), dictionary).take(column.indices)


def _numbers(name: str, column: pa.Array) -> pa.Array:
    return _piece(pa.scalar(name, pa.utf8()), column.cast(pa.utf8()))


class _Rest:
    """The pairs of ``event.rest`` that belong to the payload, as pieces, by row."""

    def __init__(self, rest: pa.ListArray) -> None:
        self._row_count = len(rest)
        pairs = rest.flatten()
        names, values = pairs.field("name"), pairs.field("value")
        folded = [fold(name) for name in names.dictionary.to_pylist()]
        is_payload = np.array([not _NOT_PAYLOAD.fullmatch(name) for name in folded], np.bool_)
        row = np.repeat(np.arange(len(rest)), pc.list_value_length(rest).to_numpy())
        kept = np.flatnonzero(is_payload[names.indices.to_numpy()]) if folded else np.arange(0)
        codes = pa.array(names.indices.to_numpy()[kept])
        pieces = _piece(
            pa.array(folded, pa.utf8()).take(codes), values.take(pa.array(kept)).cast(pa.utf8())
        )
        here = pieces.is_valid().to_numpy(zero_copy_only=False)
        self._row = row[kept][here]
        self._name = (
            pa.array(folded, pa.utf8())
            .take(codes)
            .filter(pa.array(here))
            .to_numpy(zero_copy_only=False)
        )
        self._pieces = pieces.drop_null()
        self._repeated = set(self._name.tolist())

    def settled(self, name: str, column: pa.Array) -> pa.Array:
        """Let a column take the least of a repeated field's values: which came first is the export's
        choice, and where names differ in case only, it is not the source's."""
        if name not in self._repeated:
            return column
        first, pieces = column.to_pylist(), self._pieces.to_pylist()
        for index in np.flatnonzero(self._name == name).tolist():
            row = self._row[index]
            if first[row] is None or pieces[index] < first[row]:
                first[row], pieces[index] = pieces[index], first[row]
        self._pieces = pa.array(pieces, pa.utf8())
        return pa.array(first, pa.utf8())

    def joined(self) -> pa.Array:
        """Return each row's pieces in the order of their text, null where it has none."""
        table = pa.table({"row": self._row, "piece": self._pieces})
        ordered = table.sort_by([("row", "ascending"), ("piece", "ascending")])
        rows = ordered.column("row").to_numpy()
        here = ordered.column("piece").is_valid().to_numpy()
        starts = np.searchsorted(rows[here], np.arange(self._row_count + 1)).astype(np.int32)
        pieces = ordered.column("piece").drop_null().combine_chunks()
        lists = pa.ListArray.from_arrays(pa.array(starts), pieces)
        texts = pc.binary_join(lists, _MARK)
        return pc.if_else(pc.equal(pc.list_value_length(lists), _ZERO), _NOTHING, texts)
