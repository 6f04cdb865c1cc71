"""What a hex editor does to an EVTX file: records linked past, blanked, cut out; checksums mended.

Everything is done on the file's bytes alone, so that it serves for real logs as for written ones.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

FILE_HEADER = 4096
CHUNK = 65536
RECORDS = 512


@dataclass(frozen=True)
class Place:
    """One live record: where it stands in the file, and what its header says."""

    offset: int
    size: int
    record: int
    time: int

    @property
    def end(self) -> int:
        return self.offset + self.size


def places(raw: bytes | bytearray, chunk: int = 0) -> list[Place]:
    """The live records of one chunk, by following their sizes."""
    base = FILE_HEADER + chunk * CHUNK
    (free,) = struct.unpack_from("<I", raw, base + 48)
    at, found = base + RECORDS, []
    while at < base + free:
        magic, size, record, time = struct.unpack_from("<4sIQQ", raw, at)
        assert magic == b"**\0\0"
        found.append(Place(at, size, record, time))
        at += size
    return found


def mend(raw: bytearray) -> None:
    """Make every checksum right again: file header, chunk headers, records."""
    struct.pack_into("<I", raw, 124, zlib.crc32(raw[:120]))
    for base in range(FILE_HEADER, len(raw), CHUNK):
        if raw[base : base + 8] != b"ElfChnk\0":
            continue
        (free,) = struct.unpack_from("<I", raw, base + 48)
        struct.pack_into("<I", raw, base + 52, zlib.crc32(raw[base + RECORDS : base + free]))
        head = zlib.crc32(raw[base + 128 : base + RECORDS], zlib.crc32(raw[base : base + 120]))
        struct.pack_into("<I", raw, base + 124, head)


def _resize(raw: bytearray, place: Place, size: int) -> None:
    struct.pack_into("<I", raw, place.offset + 4, size)
    struct.pack_into("<I", raw, place.offset + size - 4, size)


def _renumber(raw: bytearray, after: int) -> None:
    """Lower all higher record ids by one, and with them the claims of all later chunks and of the file."""
    (following,) = struct.unpack_from("<Q", raw, 24)
    struct.pack_into("<Q", raw, 24, following - 1)
    for chunk in range((len(raw) - FILE_HEADER) // CHUNK):
        base = FILE_HEADER + chunk * CHUNK
        if raw[base : base + 8] != b"ElfChnk\0":
            continue
        for place in places(raw, chunk):
            if place.record > after:
                struct.pack_into("<Q", raw, place.offset + 8, place.record - 1)
        for at in (base + 8, base + 24):
            first, last = struct.unpack_from("<QQ", raw, at)
            lowered = (first - (first > after), last - (last > after))
            struct.pack_into("<QQ", raw, at, *lowered)


def link_past(raw: bytearray, chunk: int, number: int, *, wipe: bool = False) -> Place:
    """Take the chunk's n-th record out by letting the one before it reach over it, ids lowered behind it."""
    all_places = places(raw, chunk)
    before, gone = all_places[number - 1], all_places[number]
    if wipe:
        raw[gone.offset : gone.end] = bytes(gone.size)
        raw[before.end - 4 : before.end] = bytes(4)
    _resize(raw, before, before.size + gone.size)
    _renumber(raw, gone.record)
    if number == len(all_places) - 1:
        struct.pack_into(
            "<I", raw, FILE_HEADER + chunk * CHUNK + 44, before.offset % CHUNK - FILE_HEADER
        )
    mend(raw)
    return gone


def blank_text(raw: bytearray, chunk: int, number: int) -> Place:
    """Fill a record's text with zeros; its header and size stay."""
    place = places(raw, chunk)[number]
    raw[place.offset + 24 : place.end - 4] = bytes(place.size - 28)
    mend(raw)
    return place


def blank_whole(raw: bytearray, chunk: int, number: int) -> Place:
    """Fill a whole record with zeros."""
    place = places(raw, chunk)[number]
    raw[place.offset : place.end] = bytes(place.size)
    mend(raw)
    return place


def cut_tail(raw: bytearray, chunk: int, count: int) -> list[Place]:
    """Take the last records of the last chunk away by moving its free space back, all numbers mended."""
    base = FILE_HEADER + chunk * CHUNK
    kept, gone = places(raw, chunk)[:-count], places(raw, chunk)[-count:]
    number, id_ = (struct.unpack_from("<Q", raw, base + at)[0] for at in (16, 32))
    struct.pack_into("<Q", raw, base + 16, number - count)
    struct.pack_into("<Q", raw, base + 32, id_ - count)
    struct.pack_into("<II", raw, base + 44, kept[-1].offset - base, gone[0].offset - base)
    struct.pack_into("<Q", raw, 24, gone[0].record)
    mend(raw)
    return gone


def drop_without_renumbering(raw: bytearray, chunk: int, number: int) -> Place:
    """Link past a record and leave every number as it was."""
    all_places = places(raw, chunk)
    before, gone = all_places[number - 1], all_places[number]
    _resize(raw, before, before.size + gone.size)
    mend(raw)
    return gone
