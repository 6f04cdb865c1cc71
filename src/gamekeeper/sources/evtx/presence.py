"""How many records a chunk holds, counted without the decoder's eyes.

Two witnesses: the record headers that stand in the live extent, found by searching bytes, and the record
numbers in the chunk's own header. The larger one counts, unless the header claims more than a chunk can
hold: then it lies, and only what was found counts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from gamekeeper.sources.evtx.layout import (
    CHUNK_BYTES,
    CHUNK_HEADER_BYTES,
    CHUNK_MAGIC,
    RECORD_MAGIC,
)
from gamekeeper.sources.evtx.layout import LEAST_RECORD_BYTES as _LEAST_RECORD

#: More than a chunk can hold is a lie.
MOST_RECORDS: Final = (CHUNK_BYTES - CHUNK_HEADER_BYTES) // _LEAST_RECORD


@dataclass(frozen=True, slots=True)
class Presence:
    """The count of one chunk: ``present`` records, ``claimed`` by the header (-1: the header lies)."""

    present: int
    found: int
    claimed: int


def live_stop(chunk: bytes | memoryview) -> int:
    """Return where a chunk's live records end: its free-space offset, kept within the chunk."""
    free: int = struct.unpack_from("<I", chunk, 48)[0]
    return min(max(free, CHUNK_HEADER_BYTES), len(chunk), CHUNK_BYTES)


def count_headers(chunk: bytes, start: int, stop: int) -> int:
    """Count whole record headers between two positions, at any byte; one may lie inside another's record."""
    found = 0
    at = chunk.find(RECORD_MAGIC, start, stop)
    while at >= 0:
        if at + _LEAST_RECORD <= stop:
            (size,) = struct.unpack_from("<I", chunk, at + 4)
            fits = _LEAST_RECORD <= size <= stop - at
            if fits and chunk[at + size - 4 : at + size] == chunk[at + 4 : at + 8]:
                found += 1
        at = chunk.find(RECORD_MAGIC, at + 1, stop)
    return found


def claimed_by_header(first: int, last: int) -> int:
    """Return how many records a chunk header claims; -1 where it claims more than a chunk can hold."""
    claimed = last - first + 1 if 0 < first <= last else 0
    return -1 if claimed > MOST_RECORDS else claimed


def count_present(chunk: bytes) -> Presence:
    """Count the records of one chunk, whole or cut short; without the magic only found headers count."""
    is_chunk = chunk[:8] == CHUNK_MAGIC and len(chunk) >= CHUNK_HEADER_BYTES
    found = count_headers(chunk, CHUNK_HEADER_BYTES, live_stop(chunk) if is_chunk else len(chunk))
    if len(chunk) < CHUNK_HEADER_BYTES:
        return Presence(found, found, -1)
    claimed = claimed_by_header(*struct.unpack_from("<QQ", chunk, 8))
    return Presence(max(found, claimed), found, claimed)
