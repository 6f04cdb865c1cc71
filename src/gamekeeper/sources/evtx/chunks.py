"""Chunk headers of a whole buffer at once: extents, claims and checksums, kept as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.sources.evtx.decoder import SURVEY_COLUMNS
from gamekeeper.sources.evtx.layout import CHUNK_HEADER_BYTES, parse_file_header
from gamekeeper.sources.evtx.presence import MOST_RECORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT: Final = {name: i for i, name in enumerate(SURVEY_COLUMNS)}


def describe_file_header(head: bytes) -> dict[str, object]:
    """Return the file header's values as evidence; its numbers are stale in a log copied while in use."""
    header = parse_file_header(head)
    if len(head) < 128 or not header.has_magic:
        return {"magic": "bad"}
    return {
        "first_chunk": header.first_chunk,
        "last_chunk": header.last_chunk,
        "next_record": header.next_record_id,
        "version": f"{header.major_version}.{header.minor_version}",
        "chunk_count": header.chunk_count,
        "is_dirty": header.is_dirty,
        "is_full": header.is_full,
        "crc": "right" if header.computed_crc == header.stored_crc else "wrong",
    }


@dataclass(frozen=True, slots=True)
class ChunkHeaders:
    """One value a chunk. ``stop``: end of the live extent. ``claimed``: records by header, -1 a lie.

    ``present``: records by the better of two witnesses, the header and what was found. ``is_foreign``: the
    place holds something, but no chunk. ``has_fault``: :meth:`fault` has something to say.
    """

    is_chunk: NDArray[np.bool_]
    is_blank: NDArray[np.bool_]
    is_foreign: NDArray[np.bool_]
    stop: NDArray[np.int64]
    numbers: NDArray[np.uint64]  # [chunk, first and last record number]
    claimed: NDArray[np.int64]
    present: NDArray[np.int64]
    has_fault: NDArray[np.bool_]
    _table: NDArray[np.int64]

    def column(self, name: str) -> NDArray[np.int64]:
        """Return one of ``SURVEY_COLUMNS``, a value a chunk."""
        column: NDArray[np.int64] = self._table[:, _AT[name]]
        return column

    def fault(self, number: int) -> dict[str, object]:
        """Return what is wrong with the chunk's header and checksums; nothing where all is well."""
        if not self.is_chunk[number]:
            return {} if self.is_blank[number] else {"magic": "bad"}
        row = self._table[number]
        fault: dict[str, object] = {}
        if not row[_AT["data_crc_fits"]]:
            fault["data_crc"] = "wrong"
        if not row[_AT["header_crc_fits"]]:
            fault["header_crc"] = "wrong"
        if fault and row[_AT["flags"]]:
            fault["flags"] = int(row[_AT["flags"]])
        if self.claimed[number] < 0:
            fault["record_numbers"] = self.numbers[number].tolist()
        return fault | self._belied(row)

    def _belied(self, row: NDArray[np.int64]) -> dict[str, object]:
        """Return what the chunk's header says and its records do not: pairs of claimed and found."""
        claimed = int(row[_AT["last_number"]] - row[_AT["first_number"]] + 1)
        pairs = {
            "records": (claimed if row[_AT["last_number"]] > 0 else 0, row[_AT["held"]]),
            "first_id": (row[_AT["first_id"]], row[_AT["held_first_id"]]),
            "last_id": (row[_AT["last_id"]], row[_AT["held_last_id"]]),
            "last_record": (row[_AT["last_offset"]], row[_AT["held_last_offset"]]),
            "free_space": (row[_AT["free"]], row[_AT["held_stop"]]),
        }
        if not row[_AT["held"]]:
            pairs = {"records": pairs["records"]}
        belied: dict[str, object] = {
            name: [int(value) for value in pair]
            for name, pair in pairs.items()
            if pair[0] != pair[1]
        }
        if row[_AT["id_steps"]]:
            belied["id_steps"] = int(row[_AT["id_steps"]])
        return belied

    def holds(self, number: int) -> dict[str, object]:
        """Return the ids and times of a chunk's first and last record, where it has any."""
        row = self._table[number]
        if not row[_AT["held"]]:
            return {}
        pairs = {"ids": ("held_first_id", "held_last_id"), "times": ("first_time", "last_time")}
        return {name: [int(row[_AT[at]]) for at in pair] for name, pair in pairs.items()}


def _is_belied(table: NDArray[np.int64], claimed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which headers the chunks' own records do not bear out."""
    pairs = (
        ("first_id", "held_first_id"),
        ("last_id", "held_last_id"),
        ("last_offset", "held_last_offset"),
        ("free", "held_stop"),
    )
    held = table[:, _AT["held"]]
    differs = table[:, _AT["id_steps"]] > 0
    for said, found in pairs:
        differs |= table[:, _AT[said]] != table[:, _AT[found]]
    belied: NDArray[np.bool_] = (differs & (held > 0)) | (claimed != held)
    return belied


def _claims(first: NDArray[np.uint64], last: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return how many records each header claims; -1 where it claims more than a chunk can hold."""
    wide = last - first + np.uint64(1)
    claimed = np.where((first > 0) & (first <= last), wide, np.uint64(0))
    return np.where(claimed > MOST_RECORDS, -1, np.minimum(claimed, MOST_RECORDS).astype(np.int64))


def headers_of(table: NDArray[np.int64], sizes: NDArray[np.int64]) -> ChunkHeaders:
    """Return the headers of the chunks that the decoder has looked at; ``table``: ``Job.chunks``."""
    is_chunk, is_blank = (table[:, _AT[name]] != 0 for name in ("is_chunk", "is_blank"))
    numbers = table[:, _AT["first_number"] : _AT["last_number"] + 1].view(np.uint64)
    claimed = _claims(numbers[:, 0], numbers[:, 1])
    crcs_fit = (table[:, _AT["data_crc_fits"]] & table[:, _AT["header_crc_fits"]]) != 0
    has_claim = (table[:, _AT["is_written"]] != 0) & (sizes >= CHUNK_HEADER_BYTES)
    return ChunkHeaders(
        is_chunk,
        is_blank,
        ~is_chunk & ~is_blank,
        table[:, _AT["stop"]],
        numbers,
        claimed,
        np.maximum(table[:, _AT["found"]], np.where(has_claim, claimed, 0)),
        ~(is_chunk & crcs_fit & ~_is_belied(table, claimed)) & ~is_blank,
        table,
    )
