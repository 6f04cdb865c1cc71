"""Registry hives written from nothing, small and complete: what tests read, and what they damage."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ, QWORD = 1, 2, 3, 4, 7, 11
SEGMENT = 16344
TIME = 133_500_000_000_000_000
NOTHING = 0xFFFFFFFF


@dataclass
class Key:
    """A key to write: values are (name, type, data), where text and numbers stand for their bytes."""

    name: str
    values: list[tuple[str, int, str | int | bytes]] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    time: int = TIME


def tree(paths: dict[str, list[tuple[str, int, str | int | bytes]]], root: str = "ROOT") -> Key:
    """Keys by path below the root, with their values."""
    top = Key(root)
    for path, values in paths.items():
        here = top
        for name in filter(None, path.split("\\")):
            found = next((key for key in here.keys if key.name == name), None)
            if found is None:
                found = Key(name)
                here.keys.append(found)
            here = found
        here.values += values
    return top


def hive(
    root: Key,
    *,
    name: str = "",
    minor: int = 5,
    sequences: tuple[int, int] = (7, 7),
    listed: str = "lf",
    kind: int = 0,
) -> bytes:
    """A whole hive file. ``listed`` is the form of the lists of subkeys: lf, lh, li or ri."""
    writer = _Writer(minor, listed)
    offset = writer.key(root, 0, is_root=True)
    bins = writer.bins()
    head = struct.pack(
        "<4sIIQIIIIIII", b"regf", *sequences, TIME, 1, minor, kind, 1, offset, len(bins), 1
    )
    head = (head + name.encode("utf-16-le")[:64]).ljust(508, b"\0")
    total = 0
    for (word,) in struct.iter_unpack("<I", head):
        total ^= word
    return (head + struct.pack("<I", total)).ljust(4096, b"\0") + bins


def data_of(kind: int, value: str | int | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, int):
        return value.to_bytes(8 if kind == QWORD else 4, "little")
    return f"{value}\0".encode("utf-16-le")


class _Writer:
    """Cells in one bin, in the order in which they are asked for."""

    def __init__(self, minor: int, listed: str) -> None:
        self.cells = bytearray(32)
        self.minor = minor
        self.form = listed
        # Who may do what, the same for every key: it leads to itself in the circle of such cells.
        rights = struct.pack("<2sHIIII", b"sk", 0, 32, 32, 1, 20) + b"\1\0\4\x80".ljust(20, b"\0")
        self.rights = self.cell(rights)

    def cell(self, data: bytes) -> int:
        offset = len(self.cells)
        size = -(-(len(data) + 4) // 8) * 8
        self.cells += struct.pack("<i", -size) + data.ljust(size - 4, b"\0")
        return offset

    def key(self, key: Key, parent: int, *, is_root: bool = False) -> int:
        name, flag = _name(key.name)
        flags = (0x20 if flag else 0) | (0xC if is_root else 0)
        offset = self.cell(bytes(76) + name)
        values = [self.value(*value) for value in key.values]
        value_list = self.cell(struct.pack(f"<{len(values)}I", *values)) if values else NOTHING
        below = [self.key(child, offset) for child in key.keys]
        subkeys = self.listed(key.keys, below) if below else NOTHING
        fixed = struct.pack(
            "<2sHQ15IHH",
            b"nk", flags, key.time, 0, parent, len(below), 0, subkeys, NOTHING,
            len(values), value_list, self.rights, NOTHING, 0, 0, 0, 0, 0, len(name), 0,
        )  # fmt: skip
        self.cells[offset + 4 : offset + 80] = fixed
        return offset

    def listed(self, keys: list[Key], offsets: list[int]) -> int:
        if self.form == "ri":
            halves = [(keys[at : at + 2], offsets[at : at + 2]) for at in range(0, len(keys), 2)]
            parts = [self.list_of("lh", *half) for half in halves]
            return self.cell(struct.pack(f"<2sH{len(parts)}I", b"ri", len(parts), *parts))
        return self.list_of(self.form, keys, offsets)

    def list_of(self, form: str, keys: Iterable[Key], offsets: list[int]) -> int:
        words: list[int] = []
        for key, offset in zip(keys, offsets, strict=True):
            words += [offset] if form == "li" else [offset, _hint(form, key.name)]
        return self.cell(struct.pack(f"<2sH{len(words)}I", form.encode(), len(offsets), *words))

    def value(self, name: str, kind: int, value: str | int | bytes) -> int:
        data = data_of(kind, value)
        raw, flag = _name(name)
        size, place = len(data), 0
        if size <= 4:
            size |= 1 << 31
            place = int.from_bytes(data.ljust(4, b"\0"), "little")
        elif size > SEGMENT and self.minor >= 4:
            place = self.segments(data)
        else:
            place = self.cell(data)
        return self.cell(
            struct.pack("<2sHIIIHH", b"vk", len(raw), size, place, kind, flag, 0) + raw
        )

    def segments(self, data: bytes) -> int:
        parts = [self.cell(data[at : at + SEGMENT]) for at in range(0, len(data), SEGMENT)]
        listed = self.cell(struct.pack(f"<{len(parts)}I", *parts))
        return self.cell(struct.pack("<2sHI", b"db", len(parts), listed))

    def bins(self) -> bytes:
        room = -len(self.cells) % 4096
        if 0 < room < 8:
            room += 4096
        if room:
            self.cells += struct.pack("<i", room).ljust(room, b"\0")
        self.cells[:32] = struct.pack("<4sIIQQI", b"hbin", 0, len(self.cells), 0, TIME, 0)
        return bytes(self.cells)


def _name(name: str) -> tuple[bytes, int]:
    try:
        return name.encode("latin-1"), 1
    except UnicodeEncodeError:
        return name.encode("utf-16-le"), 0


def _hint(form: str, name: str) -> int:
    if form == "lf":
        return int.from_bytes(name.encode("latin-1", "replace")[:4].ljust(4, b"\0"), "little")
    found = 0
    for letter in name.upper():
        found = (found * 37 + ord(letter)) & 0xFFFFFFFF
    return found
