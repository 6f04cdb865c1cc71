"""The lines of a .reg file, put together to keys and entries.

A string goes on over lines until its closing quote: quotes inside are escaped, so no value can pass for the
lines after it. Other data go on behind a backslash. What breaks these rules costs its first line, and
reading goes on at the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.windows_state.values import (
    REG_BINARY,
    REG_DWORD,
    REG_EXPAND_SZ,
    REG_MULTI_SZ,
    REG_SZ,
    TEXT_LIMIT_BYTES,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.csv.rows import Line

#: A string that is open for longer was never closed.
_MOST_LINES: Final = 4096
_MOST_CHARS: Final = 1 << 20
_KEY: Final = re.compile(r"\[(-?)(.*)\]\s*\Z", re.DOTALL)
_ENTRY: Final = re.compile(r'(?:@|"((?:[^"\\]+|\\.)*+)")\s*+=\s*+(.*)\Z', re.DOTALL)
_INSIDE: Final = re.compile(r'(?:[^"\\]+|\\.)*+', re.DOTALL)
_HEX: Final = re.compile(r"hex(?:\(([0-9a-f]{1,8})\))?:(.*)\Z", re.IGNORECASE | re.DOTALL)
_DWORD: Final = re.compile(r"dword:\s*([0-9a-f]{1,8})\s*\Z", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ANSI_TEXTS: Final = frozenset({REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ})


class Kind(Enum):
    """What a piece of the file is."""

    KEY = "key"
    VALUE = "value"
    DELETION = "deletion"
    DAMAGE = "damage"


@dataclass(frozen=True, slots=True)
class Piece:
    """A key, an entry or the remains of one. ``name`` is the key's path, or the reason of damage."""

    kind: Kind
    line: Line
    name: str = ""
    detail: str = ""
    value: Value | None = None

    @property
    def opens_key(self) -> bool:
        """Whether the piece stands where a key begins: what follows is not the key before's."""
        return self.line.text.lstrip().startswith("[")


@dataclass(slots=True)
class Entries:
    """Reads pieces from lines. ``is_ansi`` says that texts in bytes are one byte a letter."""

    lines: Iterator[Line]
    is_ansi: bool = False
    _waiting: list[Line] = field(default_factory=list)

    def __iter__(self) -> Iterator[Piece]:
        while (line := self._next()) is not None:
            text = line.text.strip()
            if line.is_giant:
                yield Piece(Kind.DAMAGE, line, "too_large", "a line longer than any in an export")
            elif text.startswith("["):
                yield _key(line, text)
            elif text and not text.startswith(";"):
                yield self._entry(line)

    def _next(self) -> Line | None:
        return self._waiting.pop() if self._waiting else next(self.lines, None)

    def _entry(self, line: Line) -> Piece:
        found = _ENTRY.match(line.text.lstrip())
        if found is None:
            return Piece(Kind.DAMAGE, line, "bad_line", "the line is neither a key nor an entry")
        name, data = _plain(found[1] or ""), found[2]
        if data.startswith('"'):
            return self._string(line, name, data[1:])
        if number := _DWORD.match(data):
            return _entry(line, name, REG_DWORD, int(number[1], 16).to_bytes(4, "little"))
        if hexadecimal := _HEX.match(data):
            kind = int(hexadecimal[1], 16) if hexadecimal[1] else REG_BINARY
            return self._bytes(line, name, kind, hexadecimal[2])
        if data.strip() == "-":
            return Piece(Kind.DELETION, line)
        return Piece(Kind.DAMAGE, line, "bad_data", "the entry's data are in no form that is known")

    def _string(self, line: Line, name: str, text: str) -> Piece:
        """Read on to the closing quote."""
        taken: list[Line] = []
        parts: list[str] = []
        size = 0
        behind = ""
        while not behind:
            part = _INSIDE.match(text)
            parts.append(part[0] if part else "")
            behind = text[len(parts[-1]) :]
            size += len(text)
            if behind:
                break
            following = self._next()
            if following is not None:
                taken.append(following)
            if following is None or following.is_giant or size > _MOST_CHARS:
                break
            if len(taken) > _MOST_LINES:
                break
            text = following.text
        if not behind.startswith('"') or behind[1:].strip():
            # Each of the lines that were taken may be sound by itself.
            self._waiting += reversed(taken)
            return Piece(
                Kind.DAMAGE, line, "bad_quotes", "the string is not closed as it should be"
            )
        data = _plain("".join(parts)).encode("utf-16-le", "replace")
        return _entry(line, name, REG_SZ, data)

    def _bytes(self, line: Line, name: str, kind: int, text: str) -> Piece:
        """Read bytes, over as many lines as there are; of long data only the beginning is kept."""
        data, size = bytearray(), 0
        read, goes_on = _digits(text)
        while read is not None:
            size += len(read)
            data += read[: TEXT_LIMIT_BYTES - len(data)]
            if not goes_on:
                break
            following = self._next()
            read, goes_on = _digits(following.text) if following else (None, False)
            if read is None and following is not None:
                self._waiting.append(following)
        if read is None:
            return Piece(Kind.DAMAGE, line, "bad_data", "the bytes of the entry break off")
        if self.is_ansi and kind in _ANSI_TEXTS:
            size *= 2
            data = bytearray(data.decode("cp1252", "replace").encode("utf-16-le"))
        return Piece(Kind.VALUE, line, value=Value(name, kind, bytes(data), size))


def _key(line: Line, text: str) -> Piece:
    found = _KEY.match(text)
    if found is None:
        return Piece(Kind.DAMAGE, line, "bad_line", "a key whose bracket is not closed")
    return Piece(Kind.DELETION if found[1] else Kind.KEY, line, found[2])


def _entry(line: Line, name: str, kind: int, data: bytes) -> Piece:
    return Piece(Kind.VALUE, line, value=Value(name, kind, data, len(data)))


def _digits(text: str) -> tuple[bytes | None, bool]:
    """Return the bytes that a line spells, and whether more follow; no bytes where it spells none."""
    text = text.strip()
    try:
        return bytes.fromhex(text.removesuffix("\\").replace(",", " ")), text.endswith("\\")
    except ValueError:
        return None, False


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
