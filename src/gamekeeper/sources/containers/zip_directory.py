"""The headers of zip archives, read one at a time: a directory may claim any number of members."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from gamekeeper.sources.containers.limits import MemberError
from gamekeeper.sources.containers.members import filetime_of

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED: Final = 0
DEFLATED: Final = 8
_ENCRYPTED: Final = 0x1
_HAS_DESCRIPTOR: Final = 0x8
_UTF8: Final = 0x800
_UNKNOWN_32: Final = 0xFFFFFFFF

# Without the four bytes that mark each of them.
_LOCAL: Final = struct.Struct("<2xHH4xIIIHH")
_ENTRY: Final = struct.Struct("<4xHH4xIIIHHH4xII")
_END: Final = struct.Struct("<HHHHII2x")
_LOCATOR: Final = struct.Struct("<4xQ4x")
_END_64: Final = struct.Struct("<20xQQQQ")
_END_MAGIC: Final = b"PK\x05\x06"
_SPLIT_MARKS: Final = (b"PK\x07\x08", b"PK00")
_LONGEST_COMMENT: Final = 65_535
_ZIP64: Final = 1
_NTFS: Final = 0x000A
#: Tag 1 of that field, and the 24 bytes of three times behind it.
_NTFS_TIMES: Final = b"\x01\x00\x18\x00"
_UNIX: Final = 0x5455


@dataclass(frozen=True, slots=True)
class Entry:
    """One member as its header describes it. Local headers lack ``mode`` and ``offset``."""

    number: int
    name: str
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    mode: int = 0
    offset: int = 0  # of the local header
    data_offset: int = 0  # in local headers only
    modified: int | None = (
        None  # FILETIME; the times of every header are of some zone, and not kept
    )

    @property
    def is_folder(self) -> bool:
        """Folders are members without content whose names end in a slash."""
        return self.name.endswith(("/", "\\")) and not self.size

    @property
    def is_encrypted(self) -> bool:
        """The content, not the name, is encrypted."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def has_descriptor(self) -> bool:
        """Sizes and checksum follow the content."""
        return bool(self.flags & _HAS_DESCRIPTOR)


@dataclass(frozen=True, slots=True)
class End:
    """Where the directory stands, and how many bytes stand before the archive itself."""

    start: int
    size: int
    count: int
    shift: int


def find_end(file: BinaryIO) -> End | None:
    """Return the end record of an archive, None where it is missing; refuse parts of split archives."""
    size = file.seek(0, 2)
    start = max(0, size - 4 - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    at = start + file.read().rfind(_END_MAGIC)
    found = _read(file, at, _END, _END_MAGIC) if at >= start else None
    if found is None:
        return None
    disk, first_disk, _, count, length, offset = found
    locator_at = at - 4 - _LOCATOR.size
    if locator_at >= 0 and _read(file, locator_at, _LOCATOR, b"PK\x06\x07"):
        at = max(0, locator_at - 4 - _END_64.size)
        found = _read(file, at, _END_64, b"PK\x06\x06")
        if found is None:
            return None
        _, count, length, offset = found
    elif (disk, first_disk) != (0, 0):
        raise MemberError("unsupported", "it is one part of a split archive; join the parts first")
    shift = at - length - offset
    return End(offset + shift, length, count, shift) if shift >= 0 else None


def read_directory(file: BinaryIO, end: End) -> Iterator[Entry]:
    """Yield the entries of the directory, up to its end or to damage."""
    at, number = end.start, 0
    while at < end.start + end.size and (fields := _read(file, at, _ENTRY, b"PK\x01\x02")):
        flags, method, crc, packed, size, names, extras, comments, external, offset = fields
        raw = file.read(names + extras)
        size, packed, offset = _long_sizes(raw[names:], [size, packed, offset])
        name = _name(raw[:names], flags)
        offset += end.shift
        mode, time = external >> 16, written_in(raw[names:])
        yield Entry(number, name, flags, method, crc, packed, size, mode, offset, modified=time)
        at += 4 + _ENTRY.size + names + extras + comments
        number += 1


def read_local(file: BinaryIO, at: int) -> Entry | None:
    """Return the member whose local header stands at a place, or None where none does."""
    file.seek(at)
    if file.read(4) in _SPLIT_MARKS:  # a split archive of one part
        at += 4
    fields = _read(file, at, _LOCAL, b"PK\x03\x04")
    if fields is None:
        return None
    flags, method, crc, packed, size, names, extras = fields
    raw = file.read(names + extras)
    size, packed = _long_sizes(raw[names:], [size, packed])
    data = at + 4 + _LOCAL.size + names + extras
    name, time = _name(raw[:names], flags), written_in(raw[names:])
    return Entry(0, name, flags, method, crc, packed, size, data_offset=data, modified=time)


def _read(file: BinaryIO, at: int, form: struct.Struct, *magic: bytes) -> tuple[int, ...] | None:
    """Return the numbers behind one of the marks ``magic``, or None where no such header stands."""
    file.seek(at)
    data = file.read(4 + form.size)
    is_whole = len(data) == 4 + form.size and data[:4] in magic
    return form.unpack_from(data, 4) if is_whole else None


def _name(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _long_sizes(extra: bytes, values: list[int]) -> list[int]:
    """Return the values with those from the 64-bit extra field that do not fit into 32 bits."""
    for kind, field in _extras(extra):
        if kind == _ZIP64:
            longs = [x for (x,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
            return [longs.pop(0) if v == _UNKNOWN_32 and longs else v for v in values]
    return values


def written_in(extra: bytes) -> int | None:
    """Return when a member was written last, by extra fields that mean universal time: NTFS, Unix."""
    for kind, field in _extras(extra):
        if kind == _NTFS and len(field) >= 16 and field[4:8] == _NTFS_TIMES:
            time: int = struct.unpack_from("<Q", field, 8)[0]
            return time or None
        if kind == _UNIX and len(field) >= 5 and field[0] & 1:
            return filetime_of(struct.unpack_from("<i", field, 1)[0])
    return None


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size
