"""Written event log files opened for surgery: where each record stands, and checksums made right again."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.binxml import CHUNK_BYTES

if TYPE_CHECKING:
    from pathlib import Path

FILE_HEADER_BYTES: Final = 4096
_RECORDS_AT: Final = 512
_RECORD: Final = struct.Struct("<4sIQ")
DIRTY: Final = 1


@dataclass(frozen=True, slots=True)
class Record:
    """Where one record stands."""

    at: int  # in the file
    size: int
    record_id: int  # of its header


@dataclass(slots=True)
class ChunkHead:
    """The fields of a chunk's header that surgery changes."""

    first_number: int
    last_number: int
    first_id: int
    last_id: int
    tables: int
    last_offset: int
    free_offset: int
    data_crc: int


_CHUNK: Final = struct.Struct("<QQQQIIII")


@dataclass(slots=True)
class FileHead:
    """The fields of a file's header that surgery changes."""

    first_chunk: int
    last_chunk: int
    next_id: int
    chunks: int
    flags: int


class LogFile:
    """One file; changes are in memory until :meth:`save`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = bytearray(path.read_bytes())

    @property
    def chunk_offsets(self) -> list[int]:
        """Where chunks begin."""
        offsets = range(FILE_HEADER_BYTES, len(self.data), CHUNK_BYTES)
        return [at for at in offsets if self.data[at : at + 8] == b"ElfChnk\0"]

    def head(self) -> FileHead:
        """Return the file's header."""
        first, last, next_id = struct.unpack_from("<QQQ", self.data, 8)
        [chunks] = struct.unpack_from("<H", self.data, 42)
        [flags] = struct.unpack_from("<I", self.data, 120)
        return FileHead(first, last, next_id, chunks, flags)

    def set_head(self, head: FileHead) -> None:
        """Write the file's header with its checksum."""
        struct.pack_into("<QQQ", self.data, 8, head.first_chunk, head.last_chunk, head.next_id)
        struct.pack_into("<H", self.data, 42, head.chunks)
        crc = zlib.crc32(self.data[:120])
        struct.pack_into("<II", self.data, 120, head.flags, crc)

    def chunk_head(self, at: int) -> ChunkHead:
        """Return the header of the chunk at an offset."""
        return ChunkHead(*_CHUNK.unpack_from(self.data, at + 8))

    def set_chunk_head(self, at: int, head: ChunkHead) -> None:
        """Write a chunk's header with its own checksum, not that of its records."""
        numbers = (head.first_number, head.last_number, head.first_id, head.last_id)
        places = (head.tables, head.last_offset, head.free_offset, head.data_crc)
        _CHUNK.pack_into(self.data, at + 8, *numbers, *places)
        crc = zlib.crc32(self.data[at : at + 120])
        crc = zlib.crc32(self.data[at + 128 : at + _RECORDS_AT], crc)
        struct.pack_into("<I", self.data, at + 124, crc)

    def seal(self, at: int) -> None:
        """Make both checksums of a chunk right."""
        head = self.chunk_head(at)
        head.data_crc = zlib.crc32(self.data[at + _RECORDS_AT : at + head.free_offset])
        self.set_chunk_head(at, head)

    def records(self, at: int) -> list[Record]:
        """Return the records of a chunk, in order."""
        found: list[Record] = []
        place, end = at + _RECORDS_AT, at + self.chunk_head(at).free_offset
        while place < end:
            _, size, record_id = _RECORD.unpack_from(self.data, place)
            found.append(Record(place, size, record_id))
            place += size
        return found

    def resize(self, record: Record, size: int) -> None:
        """Let a record say another size, in its head and at its new end."""
        struct.pack_into("<I", self.data, record.at + 4, size)
        struct.pack_into("<I", self.data, record.at + size - 4, size)

    def set_id(self, record: Record, record_id: int) -> None:
        """Give a record's header another id."""
        struct.pack_into("<Q", self.data, record.at + 8, record_id)

    def save(self, path: Path | None = None) -> None:
        """Write the file."""
        (path or self.path).write_bytes(self.data)
