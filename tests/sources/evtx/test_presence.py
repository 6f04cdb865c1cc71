"""Counting records without decoding them."""

from __future__ import annotations

import struct

from gamekeeper.sources.evtx.presence import (
    CHUNK_BYTES,
    claimed_by_header,
    count_headers,
    count_present,
)


def record(size: int) -> bytes:
    return struct.pack("<II", 0x2A2A, size) + bytes(size - 12) + struct.pack("<I", size)


def chunk(records: bytes, first: int, last: int) -> bytes:
    head = bytearray(512)
    head[:8] = b"ElfChnk\0"
    struct.pack_into("<QQ", head, 8, first, last)
    struct.pack_into("<I", head, 48, 512 + len(records))
    return (bytes(head) + records).ljust(CHUNK_BYTES, b"\0")


def test_the_larger_witness_counts() -> None:
    three = record(64) + record(72) + record(28)
    assert count_present(chunk(three, 1, 3)).present == 3
    assert count_present(chunk(three, 1, 9)).present == 9
    assert count_present(chunk(three, 1, 2)).present == 3


def test_a_header_that_claims_the_impossible_counts_for_nothing() -> None:
    assert claimed_by_header(1, 2**60) == -1
    assert claimed_by_header(0, 5) == claimed_by_header(9, 2) == 0
    assert count_present(chunk(record(64), 1, 2**60)).present == 1


def test_a_header_within_a_record_is_seen() -> None:
    inner = record(32)
    outer = struct.pack("<II", 0x2A2A, 96) + bytes(16) + inner + bytes(36) + struct.pack("<I", 96)
    assert count_headers(outer, 0, len(outer)) == 2
