"""Typed values of event fields, as bytes in a file and as the text that people read.

A :class:`Kind` is one type of the event log format. Each writes a Python value in the format's own
bytes and says how the same value reads in an XML export (forwarded events carry their fields as text).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np

from gamekeeper.errors import UsageError
from gamekeeper.model.events import FILETIME_EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ARRAY: Final = 0x80
_TICKS_PER_S: Final = 10_000_000
_ZERO_GUID: Final = UUID(int=0)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One value type: its code in the format and its two spellings. Compared by identity."""

    name: str
    code: int
    encode: Callable[[Any], bytes] = field(repr=False)  # templates are named by what repr says
    show: Callable[[Any], str] = field(repr=False)
    declared: int = -1  # the code in the template, where it differs from the value's

    @property
    def template_code(self) -> int:
        """The code that stands in a template."""
        return self.code if self.declared < 0 else self.declared

    @property
    def is_array(self) -> bool:
        """Whether a value is a sequence, each item of which repeats the element."""
        return bool(self.code & ARRAY)


def _number(layout: str) -> Callable[[Any], bytes]:
    return struct.Struct(layout).pack


@lru_cache(4096)
def _utf16(value: str) -> bytes:
    return value.encode("utf-16-le", "surrogatepass")


def _shown_text(value: str) -> str:
    if value.isascii():  # the common case, at a tenth of the cost
        return value.rstrip("\0")
    whole = _utf16(value).decode("utf-16-le", "replace")
    return whole.rstrip("\0")


def _shown_ansi(value: bytes) -> str:
    return value.decode("cp1252", "replace").rstrip("\0")


def _shown_real32(value: float) -> str:
    return repr(float(str(np.float32(value))))  # the shortest digits for 32 bits


def _shown_hex(value: int) -> str:
    return f"0x{value:x}"


def _guid_bytes(value: UUID | str) -> bytes:
    return (value if isinstance(value, UUID) else UUID(value)).bytes_le


def _shown_guid(value: UUID | str) -> str:
    return "{" + str(value if isinstance(value, UUID) else UUID(value)).upper() + "}"


def filetime_text(ticks: int) -> str:
    """Return a FILETIME with its seven decimals, or in decimal where it is no date.

    >>> filetime_text(FILETIME_EPOCH + 1)
    '1970-01-01T00:00:00.0000001Z'
    """
    seconds, rest = divmod(ticks, _TICKS_PER_S)
    if not 0 <= seconds < 265_046_774_400:  # the year 10,000
        return str(ticks)
    stamp = np.datetime64("1601-01-01T00:00:00", "s") + np.timedelta64(seconds, "s")
    return f"{stamp}.{rest:07d}Z"


def _systemtime_bytes(value: Sequence[int]) -> bytes:
    year, month, day, hour, minute, second, millisecond = value
    weekday = int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(int) + 4) % 7
    return struct.pack("<8H", year, month, weekday, day, hour, minute, second, millisecond)


def _shown_systemtime(value: Sequence[int]) -> str:
    year, month, day, hour, minute, second, millisecond = value
    date = f"{year:04d}-{month:02d}-{day:02d}"
    return f"{date}T{hour:02d}:{minute:02d}:{second:02d}.{millisecond:03d}Z"


@cache
def sid_bytes(text: str) -> bytes:
    """Return the binary form of ``S-1-5-...``.

    >>> sid_bytes("S-1-5-18").hex()
    '010100000000000512000000'
    """
    mark, revision, authority, *rest = text.split("-")
    if mark != "S":
        message = f"not a SID: {text!r}"
        raise UsageError(message)
    head = bytes([int(revision), len(rest)]) + int(authority).to_bytes(6, "big")
    return head + struct.pack(f"<{len(rest)}I", *map(int, rest))


def _shown_bool(value: bool) -> str:
    return "true" if value else "false"


def _joined(item: Callable[[Any], bytes], terminator: bytes = b"") -> Callable[[Any], bytes]:
    return lambda values: b"".join(item(value) + terminator for value in values)


def _no_text(_: object) -> str:
    return ""


def _shown_bytes(value: bytes) -> str:
    return value.hex().upper()


_int32, _uint32 = _number("<i"), _number("<I")
_int64, _uint64 = _number("<q"), _number("<Q")

NULL: Final = Kind("null", 0x00, lambda _: b"", _no_text)
TEXT: Final = Kind("text", 0x01, _utf16, _shown_text)
ANSI: Final = Kind("ansi", 0x02, bytes, _shown_ansi)
INT8: Final = Kind("int8", 0x03, _number("<b"), str)
UINT8: Final = Kind("uint8", 0x04, _number("<B"), str)
INT16: Final = Kind("int16", 0x05, _number("<h"), str)
UINT16: Final = Kind("uint16", 0x06, _number("<H"), str)
INT32: Final = Kind("int32", 0x07, _int32, str)
UINT32: Final = Kind("uint32", 0x08, _uint32, str)
INT64: Final = Kind("int64", 0x09, _int64, str)
UINT64: Final = Kind("uint64", 0x0A, _uint64, str)
REAL32: Final = Kind("real32", 0x0B, _number("<f"), _shown_real32)
REAL64: Final = Kind("real64", 0x0C, _number("<d"), repr)
BOOL: Final = Kind("bool", 0x0D, _uint32, _shown_bool)
BINARY: Final = Kind("binary", 0x0E, bytes, _shown_bytes)
GUID: Final = Kind("guid", 0x0F, _guid_bytes, _shown_guid)
SIZE: Final = Kind("size", 0x10, _uint64, _shown_hex)
FILETIME: Final = Kind("filetime", 0x11, _uint64, filetime_text)
SYSTEMTIME: Final = Kind("systemtime", 0x12, _systemtime_bytes, _shown_systemtime)
SID: Final = Kind("sid", 0x13, sid_bytes, str)
HEX32: Final = Kind("hex32", 0x14, _uint32, _shown_hex)
HEX64: Final = Kind("hex64", 0x15, _uint64, _shown_hex)
#: A process id or handle: declared as a size, written as 64-bit hexadecimal.
POINTER: Final = Kind("pointer", 0x15, _uint64, _shown_hex, declared=0x10)
#: A nested fragment; its values are (template, values) pairs and only the writer makes them.
FRAGMENT: Final = Kind("fragment", 0x21, lambda _: b"", _no_text)
TEXTS: Final = Kind("texts", ARRAY | 0x01, _joined(_utf16, b"\0\0"), _no_text)

SCALARS: Final = (
    *(TEXT, ANSI, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, REAL32, REAL64, BOOL),
    *(BINARY, GUID, SIZE, FILETIME, SYSTEMTIME, SID, HEX32, HEX64),
)
_ARRAY_ITEMS: Final = frozenset(SCALARS) - {TEXT, ANSI, BOOL, BINARY, SIZE, SID}


@cache
def array_of(item: Kind) -> Kind:
    """Return the array type of a fixed-width type, or of text."""
    if item is TEXT:
        return TEXTS
    if item not in _ARRAY_ITEMS:
        message = f"there are no arrays of {item.name}"
        raise UsageError(message)
    return Kind(f"{item.name}s", ARRAY | item.code, _joined(item.encode), _no_text)


def shown_items(kind: Kind, value: Sequence[Any]) -> list[str]:
    """Return the texts of a value: one, or those of an array's items.

    An empty array of strings has one empty item, as Windows shows it.
    """
    if not kind.is_array:
        return [kind.show(value)]
    if kind is TEXTS:
        return [_shown_text(item) for item in value] or [""]
    scalar = next(k for k in SCALARS if k.code == kind.code & ~ARRAY)
    return [scalar.show(item) for item in value]


KINDS: Final = {kind.name: kind for kind in (*SCALARS, POINTER, TEXTS)}
#: What a field of each type holds where nobody gave a value.
BLANK: Final[dict[Kind, Any]] = {
    **dict.fromkeys((TEXT,), ""),
    **dict.fromkeys((ANSI, BINARY), b""),
    **dict.fromkeys((INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64), 0),
    **dict.fromkeys((SIZE, HEX32, HEX64, POINTER, BOOL), 0),
    **dict.fromkeys((REAL32, REAL64), 0.0),
    GUID: _ZERO_GUID,
    FILETIME: FILETIME_EPOCH,
    SYSTEMTIME: (1970, 1, 1, 0, 0, 0, 0),
    SID: "S-1-0-0",
    TEXTS: (),
}
