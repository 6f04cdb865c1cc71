"""Headers of chunks and files, kept as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.sources.evtx.chunks import ChunkHeaders, describe_file_header, read_headers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CHUNK = 65536


def headers_of(raw: bytes, sizes: list[int]) -> tuple[ChunkHeaders, NDArray[np.uint8]]:
    buf = np.frombuffer(raw.ljust(len(sizes) * CHUNK, b"\0"), np.uint8).copy()
    return read_headers(buf, sizes), buf


def test_sound_chunks_have_no_fault(log: Path) -> None:
    raw = log.read_bytes()[4096:]
    headers, buf = headers_of(raw, [CHUNK] * (len(raw) // CHUNK))
    assert headers.is_chunk.all()
    assert headers.present.sum() == 600
    assert headers.numbers[0][0] == 1
    assert [headers.fault(buf, i, checksums=True) for i in range(len(headers.numbers))] == [
        {} for _ in headers.numbers
    ]


def test_a_flipped_bit_shows_in_its_checksum_only(log: Path) -> None:
    raw = bytearray(log.read_bytes()[4096 : 4096 + CHUNK])
    raw[700] ^= 1
    headers, buf = headers_of(bytes(raw), [CHUNK])
    assert headers.fault(buf, 0, checksums=True) == {"data_crc": "wrong", "flags": 1}
    assert headers.fault(buf, 0, checksums=False) == {}
    raw[700] ^= 1
    raw[24] ^= 1
    headers, buf = headers_of(bytes(raw), [CHUNK])
    assert headers.fault(buf, 0, checksums=True) == {"header_crc": "wrong", "flags": 1}


def test_blank_foreign_and_short_places_are_told_apart(log: Path) -> None:
    good = log.read_bytes()[4096 : 4096 + CHUNK]
    headers, buf = headers_of(good + bytes(CHUNK) + b"x" * CHUNK, [CHUNK, CHUNK, CHUNK])
    assert headers.is_chunk.tolist() == [True, False, False]
    assert headers.is_blank.tolist() == [False, True, False]
    assert headers.is_foreign.tolist() == [False, False, True]
    assert headers.fault(buf, 2, checksums=True) == {"magic": "bad"}
    headers, _ = headers_of(good[:2000], [2000])
    assert headers.stop[0] == 2000


def test_a_file_header_is_described_and_a_stump_is_not(log: Path) -> None:
    head = log.read_bytes()[:4096]
    described = describe_file_header(head)
    assert described["version"] == "3.1"
    assert described["crc"] == "right"
    assert describe_file_header(head[:100]) == {"magic": "bad"}
    assert describe_file_header(b"ElfFile\0" + b"\1" * 200)["crc"] == "wrong"
