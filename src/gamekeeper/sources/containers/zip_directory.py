"""The headers of zip archives, read one at a time: a directory may claim any number of members."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from gamekeeper.sources.containers.limits import MemberError

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED: Final = 0
DEFLATED: Final = 8
_ENCRYPTED: Final = 0x1
_HAS_DESCRIPTOR: Final = 0x8
_UTF8: Final = 0x800
_UNKNOWN_32: Final = 0xFFFFFFFF
_UNKNOWN_16: Final = 0xFFFF

_LOCAL: Final = struct.Struct("<4s2xHH4xIIIHH")
_ENTRY: Final = struct.Struct("<4s4xHH4xIIIHHH4xII")
_END: Final = struct.Struct("<4sHHHHII2x")
_LOCATOR: Final = struct.Struct("<4s4xQ4x")
_END_64: Final = struct.Struct("<4s20xQQQQ")
_LONGEST_COMMENT: Final = 65_535


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
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _END.size:
        return None
    _, disk, first_disk, _, count, length, offset = _END.unpack_from(tail, found)
    at = start + found
    locator = _read(file, at - _LOCATOR.size, _LOCATOR) if at >= _LOCATOR.size else None
    if locator and locator[0] == b"PK\x06\x07":
        long_at = at - _LOCATOR.size - 56
        long_end = _read(file, long_at, _END_64) if long_at >= 0 else None
        if long_end is None or long_end[0] != b"PK\x06\x06":
            return None
        at, (_, _, count, length, offset) = long_at, long_end
    elif (disk, first_disk) != (0, 0):
        detail = "it is one part of a split archive; join the parts first"
        raise MemberError("unsupported", detail)
    shift = at - length - offset
    return End(offset + shift, length, count, shift) if shift >= 0 else None


def read_directory(file: BinaryIO, end: End) -> Iterator[Entry]:
    """Yield the entries of the directory, up to its end or to damage."""
    at, stop, number = end.start, end.start + end.size, 0
    while at + _ENTRY.size <= stop:
        fields = _read(file, at, _ENTRY)
        if fields is None or fields[0] != b"PK\x01\x02":
            return
        _, flags, method, crc, packed, size, names, extras, comments, external, offset = fields
        raw = file.read(names + extras)
        extra = _long_sizes(raw[names:], [size, packed, offset])
        name = _name(raw[:names], flags)
        mode = external >> 16
        yield Entry(
            number, name, flags, method, crc, extra[1], extra[0], mode, extra[2] + end.shift
        )
        at += _ENTRY.size + names + extras + comments
        number += 1


def read_local(file: BinaryIO, at: int) -> Entry | None:
    """Return the member whose local header stands at a place, or None where none does."""
    fields = _read(file, at, _LOCAL)
    if fields is not None and fields[0] in (
        b"PK\x07\x08",
        b"PK00",
    ):  # mark of a split archive of one part
        at += 4
        fields = _read(file, at, _LOCAL)
    if fields is None or fields[0] != b"PK\x03\x04":
        return None
    _, flags, method, crc, packed, size, names, extras = fields
    raw = file.read(names + extras)
    size, packed = _long_sizes(raw[names:], [size, packed])
    data = at + _LOCAL.size + names + extras
    return Entry(0, _name(raw[:names], flags), flags, method, crc, packed, size, data_offset=data)


def _read(file: BinaryIO, at: int, form: struct.Struct) -> tuple[int, ...] | None:
    file.seek(at)
    data = file.read(form.size)
    return form.unpack(data) if len(data) == form.size else None


def _name(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _long_sizes(extra: bytes, values: list[int]) -> list[int]:
    """Return the values with those from the 64-bit extra field that do not fit into 32 bits."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        at += 4
        if kind == 1:
            longs = [x for (x,) in struct.iter_unpack("<Q", extra[at : at + size // 8 * 8])]
            return [longs.pop(0) if v == _UNKNOWN_32 and longs else v for v in values]
        at += size
    return values
