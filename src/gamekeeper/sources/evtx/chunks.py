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
        return fault


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
        ~(is_chunk & crcs_fit & (claimed >= 0)) & ~is_blank,
        table,
    )
