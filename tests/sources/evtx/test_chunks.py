"""Headers of chunks and files, kept as evidence."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.evtx.chunks import ChunkHeaders, describe_file_header, headers_of
from gamekeeper.sources.evtx.decoder import GUARD, Decoder, Job
from gamekeeper.sources.evtx.presence import count_present

if TYPE_CHECKING:
    from pathlib import Path


CHUNK = 65536


def headers(raw: bytes, sizes: list[int], *, checksums: bool = True) -> ChunkHeaders:
    """The headers of chunks that stand one after another."""
    buf = np.frombuffer(raw.ljust(len(sizes) * CHUNK, b"\0") + bytes(GUARD), np.uint8).copy()
    table = np.array(sizes, np.int64)
    job = Job(buf, table)
    job.settle(checksums=checksums)
    Decoder().take(job, len(sizes))
    return headers_of(job.chunks, table)


def test_sound_chunks_have_no_fault(log: Path) -> None:
    raw = log.read_bytes()[4096:]
    found = headers(raw, [CHUNK] * (len(raw) // CHUNK))
    assert found.is_chunk.all()
    assert found.present.sum() == 600
    assert found.numbers[0][0] == 1
    assert [found.fault(i) for i in range(len(found.numbers))] == [{} for _ in found.numbers]


def test_a_flipped_bit_shows_in_its_checksum_only(log: Path) -> None:
    raw = bytearray(log.read_bytes()[4096 : 4096 + CHUNK])
    raw[700] ^= 1
    found = headers(bytes(raw), [CHUNK])
    assert found.fault(0) == {"data_crc": "wrong", "flags": 1}
    assert headers(bytes(raw), [CHUNK], checksums=False).fault(0) == {}
    raw[700] ^= 1
    raw[24] ^= 1
    found = headers(bytes(raw), [CHUNK])
    assert found.fault(0) == {"header_crc": "wrong", "flags": 1, "first_id": [0, 1]}


def test_blank_foreign_and_short_places_are_told_apart(log: Path) -> None:
    good = log.read_bytes()[4096 : 4096 + CHUNK]
    found = headers(good + bytes(CHUNK) + b"x" * CHUNK, [CHUNK, CHUNK, CHUNK])
    assert found.is_chunk.tolist() == [True, False, False]
    assert found.is_blank.tolist() == [False, True, False]
    assert found.is_foreign.tolist() == [False, False, True]
    assert found.fault(2) == {"magic": "bad"}
    found = headers(good[:2000], [2000])
    assert found.stop[0] == 2000


def test_a_file_header_is_described_and_a_stump_is_not(log: Path) -> None:
    head = log.read_bytes()[:4096]
    described = describe_file_header(head)
    assert described["version"] == "3.1"
    assert described["crc"] == "right"
    assert describe_file_header(head[:100]) == {"magic": "bad"}
    assert describe_file_header(b"ElfFile\0" + b"\1" * 200)["crc"] == "wrong"


def record(size: int) -> bytes:
    return struct.pack("<II", 0x2A2A, size) + bytes(size - 12) + struct.pack("<I", size)


@given(
    st.lists(st.tuples(st.integers(28, 240), st.booleans()), max_size=40),
    st.integers(0, 5000),
    st.integers(0, 2**64 - 1),
    st.integers(0, 3000),
)
def test_records_are_counted_as_the_slow_count_does(
    parts: list[tuple[int, bool]], stop: int, first: int, length: int
) -> None:
    head = bytearray(512)
    head[:8] = b"ElfChnk\0"
    last = min(first + length, 2**64 - 1)
    struct.pack_into("<QQ", head, 8, first, last)
    struct.pack_into("<I", head, 48, stop)
    body = b"".join(record(n) if whole else bytes(n) for n, whole in parts)
    raw = (bytes(head) + body).ljust(CHUNK, b"\0")
    counted = count_present(raw)
    present = int(headers(raw, [CHUNK]).present[0])
    # On steps of four bytes, the rule for records, unless the live extent is itself odd.
    aligned = all(n % 4 == 0 for n, _ in parts)
    assert present == counted.present if aligned or stop % 4 else present <= counted.present
