from __future__ import annotations

from fakes import binxml
from gamekeeper.sources.evtx.layout import (
    parse_file_header,
    parse_record_header,
)
from gamekeeper.sources.evtx.presence import live_stop

CHUNK = binxml.chunk(lambda t: t.element("Event"), lambda t: t.element("Event"), first=7, live=1)


def test_the_file_header_keeps_every_number() -> None:
    header = parse_file_header(binxml.file(CHUNK, CHUNK))
    assert header.has_magic
    assert (header.first_chunk, header.last_chunk, header.next_record_id) == (0, 1, 99)
    assert (header.header_bytes, header.block_bytes, header.chunk_count) == (128, 4096, 2)
    assert (header.major_version, header.minor_version) == (3, 1)
    assert header.stored_crc == header.computed_crc
    assert not header.is_dirty
    assert not header.is_full


def test_a_changed_file_header_shows_in_its_checksum() -> None:
    file = bytearray(binxml.file(CHUNK))
    file[120] = 3
    assert parse_file_header(bytes(file)).is_dirty
    assert parse_file_header(bytes(file)).is_full
    file[8] ^= 1
    header = parse_file_header(bytes(file))
    assert header.stored_crc != header.computed_crc


def test_headers_that_are_cut_short_still_read() -> None:
    assert not parse_file_header(b"Elf").has_magic
    assert live_stop(CHUNK[:600]) <= 600


def test_live_records_end_where_the_chunk_says_that_free_space_begins() -> None:
    assert live_stop(CHUNK) == int.from_bytes(CHUNK[48:52], "little")


def test_the_free_space_offset_stays_within_the_chunk() -> None:
    wild = CHUNK[:48] + b"\xff\xff\xff\xff" + CHUNK[52:]
    assert live_stop(wild) == 65536
    assert live_stop(CHUNK[:48] + bytes(4) + CHUNK[52:]) == 512


def test_a_record_is_whole_or_none() -> None:
    header = parse_record_header(CHUNK, 512, len(CHUNK))
    assert header is not None
    assert header.record_id == 7
    assert parse_record_header(CHUNK, 513, len(CHUNK)) is None
    assert parse_record_header(CHUNK, 512, 512 + header.size_bytes - 1) is None
    assert parse_record_header(CHUNK, -1, len(CHUNK)) is None
    end = 512 + header.size_bytes
    torn = CHUNK[: end - 1] + b"\x01" + CHUNK[end:]
    assert parse_record_header(torn, 512, len(torn)) is None
