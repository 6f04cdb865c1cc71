"""A hive file as cells: every offset and size is checked before a byte is read, and damage is a value.

Layout: a base block of 4 KiB, then bins of cells. A cell begins with its size, negative while it is in use.
Offsets count from the first bin. https://github.com/msuhanov/regf describes the format.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import Final

#: Where the first bin stands, and what offsets count from.
FIRST_BIN: Final = 4096
MAGIC: Final = b"regf"
#: Data that do not fit into a cell stand in segments of this size.
_SEGMENT_BYTES: Final = 16344
_BASE: Final = struct.Struct("<4sIIQIIIIII")
_KEY: Final = struct.Struct("<2sHQIIIIIIII")
_VALUE: Final = struct.Struct("<2sHIIIH")
_COMPRESSED_KEY: Final = 0x20
_COMPRESSED_VALUE: Final = 0x01
_IS_INLINE: Final = 1 << 31

Bytes = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class BaseBlock:
    """The hive's head."""

    sequences: tuple[int, int]
    minor: int
    kind: int  # 0 is a hive; others are logs of its changes
    root: int
    size_bytes: int  # of all bins
    name: str  # the end of the path from which it was loaded
    is_sound: bool  # the checksum is right

    @property
    def is_dirty(self) -> bool:
        """Whether changes were under way when the file was last written or copied."""
        return self.sequences[0] != self.sequences[1]


def base_block(head: bytes) -> BaseBlock | None:
    """Return the head of a hive, or None where it is too short for one or has another mark."""
    if len(head) < 512 or not head.startswith(MAGIC):
        return None
    _, first, second, _, _, minor, kind, _, root, size = _BASE.unpack_from(head)
    name = head[48:112].decode("utf-16-le", "replace").partition("\0")[0]
    return BaseBlock((first, second), minor, kind, root, size, name, _checksum(head))


def _checksum(head: bytes) -> bool:
    total = 0
    for (word,) in struct.iter_unpack("<I", head[:508]):
        total ^= word
    total = {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total)
    return bool(total == struct.unpack_from("<I", head, 508)[0])


@dataclass(frozen=True, slots=True)
class Key:
    """A key cell."""

    offset: int
    name: str
    filetime: int
    parent: int
    subkeys: int
    subkey_list: int
    values: int
    value_list: int


@dataclass(frozen=True, slots=True)
class ValueCell:
    """A value cell. Data of four bytes stand in it, others in a cell of their own; both None are damage."""

    offset: int
    name: str
    kind: int
    size_bytes: int
    data_cell: int | None
    data: bytes | None


class Cells:
    """The cells of one hive."""

    def __init__(self, data: Bytes, minor: int) -> None:
        self._data = data
        self._size = len(data)
        self._has_big_data = minor >= 4

    def span(self, offset: int) -> tuple[int, int]:
        """Return from where to where in the file a cell in use has its bytes; nothing where it is none."""
        at = FIRST_BIN + offset
        if offset % 8 or at + 8 > self._size:
            return 0, 0
        (size,) = struct.unpack_from("<i", self._data, at)
        if not -(self._size - at) <= size <= -8:
            return 0, 0
        return at + 4, at - size

    def key(self, offset: int) -> Key | None:
        """Return the key in a cell, or None where there is none."""
        start, stop = self.span(offset)
        if stop - start < 76:
            return None
        mark, flags, time, _, parent, subkeys, _, listed, _, values, value_list = _KEY.unpack_from(
            self._data, start
        )
        (length,) = struct.unpack_from("<H", self._data, start + 72)
        if mark != b"nk" or stop - start < 76 + length:
            return None
        name = _name(self._data[start + 76 : start + 76 + length], flags & _COMPRESSED_KEY)
        return Key(offset, name, time, parent, subkeys, listed, values, value_list)

    def value(self, offset: int) -> ValueCell | None:
        """Return the value in a cell, or None where there is none."""
        start, stop = self.span(offset)
        if stop - start < 20:
            return None
        mark, length, size, data_cell, kind, flags = _VALUE.unpack_from(self._data, start)
        if mark != b"vk" or stop - start < 20 + length:
            return None
        name = _name(self._data[start + 20 : start + 20 + length], flags & _COMPRESSED_VALUE)
        if size == 0:
            return ValueCell(offset, name, kind, 0, None, b"")
        if not size & _IS_INLINE:
            return ValueCell(offset, name, kind, size, data_cell, None)
        size &= ~_IS_INLINE
        data = self._data[start + 8 : start + 8 + size] if size <= 4 else None
        return ValueCell(offset, name, kind, size, None, data)

    def listed_values(self, key: Key) -> list[int]:
        """Return the offsets in a key's list of values: as many as it claims and the list's cell holds."""
        start, stop = self.span(key.value_list)
        count = min(key.values, (stop - start) // 4)
        return list(struct.unpack_from(f"<{count}I", self._data, start))

    def records(self, key: Key) -> int:
        """Return the records of a key: its values, or the key itself where it has or lists none."""
        start, stop = self.span(key.value_list) if key.values else (0, 0)
        return max(1, min(key.values, (stop - start) // 4))

    def subkey_lists(self, offset: int) -> tuple[bytes, list[int]]:
        """Return the mark of a list of subkeys and the offsets in it; an empty mark where it is none."""
        start, stop = self.span(offset)
        if stop - start < 4:
            return b"", []
        mark, claimed = struct.unpack_from("<2sH", self._data, start)
        step = {b"lf": 2, b"lh": 2, b"li": 1, b"ri": 1}.get(mark, 0)
        if not step:
            return b"", []
        count = min(claimed, (stop - start - 4) // (4 * step))
        words = struct.unpack_from(f"<{count * step}I", self._data, start + 4)
        return mark, list(words[::step])

    def data_of(self, value: ValueCell, most: int) -> bytes | None:
        """Return at most ``most`` bytes of a value's data; None where they are damaged."""
        if value.data_cell is None:
            return value.data
        start, stop = self.span(value.data_cell)
        wanted = min(value.size_bytes, most)
        if self._has_big_data and value.size_bytes > _SEGMENT_BYTES:
            return self._big_data(start, stop, value.size_bytes, wanted)
        return self._data[start : start + wanted] if value.size_bytes <= stop - start else None

    def _big_data(self, start: int, stop: int, size_bytes: int, wanted: int) -> bytes | None:
        """Return data in segments; a list of them stands in the value's data cell."""
        if stop - start < 8 or self._data[start : start + 2] != b"db":
            return None
        count, offset = struct.unpack_from("<HI", self._data, start + 2)
        listed, end = self.span(offset)
        if count * 4 > end - listed or count * _SEGMENT_BYTES < size_bytes:
            return None
        pieces: list[bytes] = []
        for position in range(-(-wanted // _SEGMENT_BYTES)):
            (offset,) = struct.unpack_from("<I", self._data, listed + 4 * position)
            start, stop = self.span(offset)
            need = min(wanted - position * _SEGMENT_BYTES, _SEGMENT_BYTES)
            if stop - start < need:
                return None
            pieces.append(self._data[start : start + need])
        return b"".join(pieces)


def _name(raw: bytes, is_compressed: int) -> str:
    if is_compressed:
        return raw.decode("latin-1")
    return raw.decode("utf-16-le", "replace")
