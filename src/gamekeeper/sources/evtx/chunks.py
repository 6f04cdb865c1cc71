"""Chunk headers of a whole buffer at once: extents, claims and checksums, kept as evidence."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.sources.evtx.layout import (
    CHUNK_BYTES,
    CHUNK_HEADER_BYTES,
    CHUNK_MAGIC,
    parse_file_header,
)
from gamekeeper.sources.evtx.presence import claimed_by_header, count_headers, find_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MAGIC: Final = np.frombuffer(CHUNK_MAGIC, np.uint8)


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
    place holds something, but no chunk.
    """

    is_chunk: NDArray[np.bool_]
    is_blank: NDArray[np.bool_]
    is_foreign: NDArray[np.bool_]
    stop: NDArray[np.int64]
    numbers: list[list[int]]  # first and last record number
    claimed: list[int]
    present: NDArray[np.int64]

    def fault(self, buf: NDArray[np.uint8], number: int, *, checksums: bool) -> dict[str, object]:
        """Return what is wrong with the chunk's header and checksums; nothing where all is well."""
        if not self.is_chunk[number]:
            return {} if self.is_blank[number] else {"magic": "bad"}
        fault: dict[str, object] = {}
        if checksums:
            start = number * CHUNK_BYTES
            fault.update(
                _wrong_checksums(buf[start : start + CHUNK_BYTES].data, int(self.stop[number]))
            )
        if self.claimed[number] < 0:
            fault["record_numbers"] = self.numbers[number]
        return fault


def _wrong_checksums(chunk: memoryview, stop: int) -> dict[str, object]:
    data_crc, flags, header_crc = struct.unpack_from("<I64xII", chunk, 52)
    wrong: dict[str, object] = {}
    if zlib.crc32(chunk[CHUNK_HEADER_BYTES:stop]) != data_crc:
        wrong["data_crc"] = "wrong"
    if zlib.crc32(chunk[128:CHUNK_HEADER_BYTES], zlib.crc32(chunk[:120])) != header_crc:
        wrong["header_crc"] = "wrong"
    return wrong | {"flags": flags} if wrong and flags else wrong


def read_headers(buf: NDArray[np.uint8], sizes: Sequence[int]) -> ChunkHeaders:
    """Read the headers of the chunks that stand one after another in ``buf``."""
    count = len(sizes)
    chunks = buf[: count * CHUNK_BYTES].reshape(count, CHUNK_BYTES)
    size = np.array(sizes, np.int64)
    heads = np.ascontiguousarray(chunks[:, :CHUNK_HEADER_BYTES])
    is_chunk = (heads[:, :8] == _MAGIC).all(axis=1) & (size >= CHUNK_HEADER_BYTES)
    numbers = heads[:, 8:24].copy().view("<u8")
    free = heads[:, 48:52].copy().view("<u4")[:, 0].astype(np.int64)
    stop = np.clip(free, CHUNK_HEADER_BYTES, size.clip(min=CHUNK_HEADER_BYTES))
    found = _found(buf[: count * CHUNK_BYTES], chunks, np.where(is_chunk, stop, size))
    is_written = heads.any(axis=1)
    is_blank = ~is_chunk & ~is_written & (found == 0)
    claimed = [claimed_by_header(first, last) for first, last in numbers.tolist()]
    return ChunkHeaders(
        is_chunk,
        is_blank,
        ~is_chunk & ~is_blank,
        np.where(is_chunk, stop, CHUNK_HEADER_BYTES),
        numbers.tolist(),
        claimed,
        np.maximum(found, np.where(is_written, np.array(claimed, np.int64), 0)),
    )


def _found(
    buf: NDArray[np.uint8], chunks: NDArray[np.uint8], stops: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count headers on four-byte steps, and byte by byte where the header's own bounds are odd."""
    found = find_headers(buf.view("<u4"), stops)
    for number in np.flatnonzero(stops % 4):
        found[number] = count_headers(
            chunks[number].tobytes(), CHUNK_HEADER_BYTES, int(stops[number])
        )
    return found
