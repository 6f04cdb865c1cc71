"""BinXML values as text: the table of ``docs/reference/events.md``, one function a type."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

NULL: Final = 0x00
STRING: Final = 0x01
ANSI: Final = 0x02
FILETIME: Final = 0x11
SYSTEMTIME: Final = 0x12
SID: Final = 0x13
BINXML: Final = 0x21
ARRAY: Final = 0x80

_START: Final = datetime(1601, 1, 1, tzinfo=UTC)
_LAST_FILETIME: Final = 2_650_467_743_999_999_999  # the end of the year 9999


def value_text(kind: int, raw: bytes) -> str:
    """Return the text of one value; bytes that do not fit the type come out in hexadecimal.

    >>> value_text(0x08, b"\\x39\\x30\\0\\0"), value_text(0x08, b"\\x39\\x30")
    ('12345', '3930')
    """
    read = _READERS.get(kind)
    if read is None or len(raw) not in (_SIZES.get(kind) or (len(raw),)):
        return raw.hex().upper()
    text = read(raw)
    return raw.hex().upper() if text is None else text


def array_items(kind: int, raw: bytes) -> list[str]:
    """Return the texts of an array's items; a single one in hexadecimal where it cannot be divided."""
    item = kind & ~ARRAY
    if item in (STRING, ANSI):
        unit = 2 if item == STRING else 1
        if len(raw) % unit == 0:
            return [value_text(item, piece) for piece in _split_at_nul(raw, unit)]
    elif item == SID:
        items = _split_sids(raw)
        if items is not None:
            return [value_text(item, piece) for piece in items]
    elif item in _SIZES and len(_SIZES[item]) == 1:
        (size,) = _SIZES[item]
        if len(raw) % size == 0:
            return [value_text(item, raw[i : i + size]) for i in range(0, len(raw), size)]
    return [raw.hex().upper()]


def _split_at_nul(raw: bytes, unit: int) -> list[bytes]:
    pieces, start = [], 0
    for at in range(0, len(raw), unit):
        if not any(raw[at : at + unit]):
            pieces.append(raw[start:at])
            start = at + unit
    if start < len(raw) or not raw:
        pieces.append(raw[start:])
    return pieces


def _split_sids(raw: bytes) -> list[bytes] | None:
    pieces, at = [], 0
    while at < len(raw):
        size = 8 + 4 * raw[at + 1] if at + 8 <= len(raw) else 0
        if not size or at + size > len(raw):
            return None
        pieces.append(raw[at : at + size])
        at += size
    return pieces


def _decimal(form: str) -> Callable[[bytes], str]:
    return lambda raw: str(struct.unpack(form, raw)[0])


def _prefixed_hex(raw: bytes) -> str:
    return hex(int.from_bytes(raw, "little"))


def _string(raw: bytes) -> str | None:
    return None if len(raw) % 2 else raw.decode("utf-16-le", "replace").rstrip("\0")


def _ansi(raw: bytes) -> str:
    return raw.decode("cp1252", "replace").rstrip("\0")


def _real32(raw: bytes) -> str:
    return repr(float(str(np.frombuffer(raw, "<f4")[0])))  # the shortest digits for 32 bits


def _guid(raw: bytes) -> str:
    a, b, c = struct.unpack_from("<IHH", raw)
    rest = raw[8:].hex().upper()
    return f"{{{a:08X}-{b:04X}-{c:04X}-{rest[:4]}-{rest[4:]}}}"


def _filetime(raw: bytes) -> str:
    ticks = int.from_bytes(raw, "little")
    if ticks > _LAST_FILETIME:
        return str(ticks)
    seconds, fraction = divmod(ticks, 10_000_000)
    return f"{(_START + timedelta(seconds=seconds)).isoformat()[:19]}.{fraction:07d}Z"


def _systemtime(raw: bytes) -> datetime | None:
    year, month, _weekday, day, hour, minute, second, millisecond = struct.unpack("<8H", raw)
    try:
        return datetime(year, month, day, hour, minute, second, millisecond * 1000, tzinfo=UTC)
    except ValueError:
        return None


def _systemtime_text(raw: bytes) -> str | None:
    date = _systemtime(raw)
    return None if date is None else f"{date.isoformat(timespec='milliseconds')[:23]}Z"


def _sid(raw: bytes) -> str | None:
    if len(raw) < 8 or len(raw) != 8 + 4 * raw[1]:
        return None
    parts = [raw[0], int.from_bytes(raw[2:8], "big"), *struct.unpack_from(f"<{raw[1]}I", raw, 8)]
    return "S-" + "-".join(map(str, parts))


_READERS: Final[dict[int, Callable[[bytes], str | None]]] = {
    NULL: lambda _: "",  # a null may claim the size of the type that it stands for
    STRING: _string,
    ANSI: _ansi,
    0x03: _decimal("<b"),
    0x04: _decimal("<B"),
    0x05: _decimal("<h"),
    0x06: _decimal("<H"),
    0x07: _decimal("<i"),
    0x08: _decimal("<I"),
    0x09: _decimal("<q"),
    0x0A: _decimal("<Q"),
    0x0B: _real32,
    0x0C: lambda raw: repr(struct.unpack("<d", raw)[0]),
    0x0D: lambda raw: "true" if any(raw) else "false",
    0x0F: _guid,
    0x10: _prefixed_hex,
    FILETIME: _filetime,
    SYSTEMTIME: _systemtime_text,
    SID: _sid,
    0x14: _prefixed_hex,
    0x15: _prefixed_hex,
}
_SIZES: Final[dict[int, tuple[int, ...]]] = {
    0x03: (1,),
    0x04: (1,),
    0x05: (2,),
    0x06: (2,),
    0x07: (4,),
    0x08: (4,),
    0x09: (8,),
    0x0A: (8,),
    0x0B: (4,),
    0x0C: (8,),
    0x0D: (4,),
    0x0F: (16,),
    0x10: (4, 8),
    FILETIME: (8,),
    SYSTEMTIME: (16,),
    0x14: (4,),
    0x15: (8,),
}
