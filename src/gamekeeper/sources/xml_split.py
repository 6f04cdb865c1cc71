"""Files of event XML, cut into records at the level of bytes, in bounded memory.

Every export nests events differently (a root or none, one a line or not, numbers between), but each
record runs from ``<Event`` to ``</Event>``. A record that another one interrupts is damaged and costs
itself only.
:func:`count_records` counts the same things by other means, for the account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from gamekeeper.sources.text_bytes import Encoding

MAX_RECORD_BYTES: Final = 8 << 20
_READ_BYTES: Final = 1 << 20
_GAP_BYTES: Final = 4096  # what is kept of the bytes between two records
_TOKEN_BYTES: Final = 64  # no token is longer, in any encoding
_SPACES: Final = 8  # as many may stand before the ">" of a closing tag


class Kind(Enum):
    """What a piece of the file is."""

    RECORD = auto()
    TRUNCATED = auto()  # the next record or the end of the file comes before its end
    HEADLESS = auto()  # an end without a beginning
    TOO_LARGE = auto()
    END = auto()  # no record: what stands behind the last one


@dataclass(frozen=True, slots=True)
class Piece:
    """One record or what is left of one; ``gap`` is what stood before it, shortened in the middle."""

    kind: Kind
    offset: int
    raw: bytes
    gap: bytes = b""
    gap_bytes: int = 0


def _tokens(encoding: Encoding) -> re.Pattern[bytes]:
    """Return the pattern of opening and (with group 1) closing tags in the file's encoding."""

    def literal(text: str) -> bytes:
        return re.escape(encoding.encode(text))

    def one_of(text: str) -> bytes:
        return b"(?:" + b"|".join(literal(char) for char in text) + b")"

    slash, spaces, follow = literal("/"), one_of(" \t\r\n"), one_of(" \t\r\n/>")
    closing = spaces + b"{0,%d}" % _SPACES + literal(">")
    # One literal beginning for both: the search then runs from "<" to "<".
    return re.compile(
        literal("<")
        + b"("
        + slash
        + b")?"
        + literal("Event")
        + b"(?(1)"
        + closing
        + b"|(?="
        + follow
        + b"))",
        re.DOTALL,
    )


def find_opening(stream: BinaryIO, start: int, stop: int, encoding: Encoding) -> int | None:
    """Return where the first record at or behind ``start`` begins, None where none does."""
    for token in _walk(stream, start, stop, _tokens(encoding)):
        if token.is_opening:
            return token.start
    return None


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    stop: int
    is_opening: bool


def _walk(stream: BinaryIO, start: int, stop: int, pattern: re.Pattern[bytes]) -> Iterator[_Token]:
    """Yield the tags between two positions; holds one block at a time."""
    buffer, base = b"", start
    for block in _blocks(stream, start, stop):
        buffer += block
        position = 0
        for match in pattern.finditer(buffer):
            position = match.end()
            yield _Token(base + match.start(), base + position, match[1] is None)
        keep = max(position, len(buffer) - _TOKEN_BYTES)
        base += keep
        buffer = buffer[keep:]


def _blocks(stream: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    position = start
    while position < stop:
        stream.seek(position)
        block = stream.read(min(_READ_BYTES, stop - position))
        if not block:
            return
        position += len(block)
        yield block


def split_records(stream: BinaryIO, start: int, stop: int, encoding: Encoding) -> Iterator[Piece]:
    """Yield every record between two positions, whole or damaged, in order."""
    opened: int | None = None
    behind = start  # the end of the last piece
    for token in _walk(stream, start, stop, _tokens(encoding)):
        if opened is not None:
            end = token.start if token.is_opening else token.stop
            yield _piece(stream, opened, end, behind, whole=not token.is_opening)
            behind = end
        elif not token.is_opening:
            yield Piece(
                Kind.HEADLESS, behind, _read(stream, behind, min(token.stop - behind, _GAP_BYTES))
            )
            behind = token.stop
        opened = token.start if token.is_opening else None
    if opened is not None:
        yield _piece(stream, opened, stop, behind, whole=False)
        behind = stop
    if behind < stop:
        yield Piece(Kind.END, stop, b"", _gap(stream, behind, stop), stop - behind)


def _piece(stream: BinaryIO, start: int, stop: int, behind: int, *, whole: bool) -> Piece:
    size = stop - start
    kind = Kind.TOO_LARGE if size > MAX_RECORD_BYTES else Kind.RECORD if whole else Kind.TRUNCATED
    raw = _read(stream, start, size if kind is Kind.RECORD else min(size, _GAP_BYTES))
    # The first piece of a range looks back: its number may stand before the cut.
    gap_start = behind if behind < start else max(0, start - _TOKEN_BYTES * 4)
    return Piece(kind, start, raw, _gap(stream, gap_start, start), start - behind)


def _gap(stream: BinaryIO, start: int, stop: int) -> bytes:
    if stop - start <= _GAP_BYTES:
        return _read(stream, start, stop - start)
    half = _GAP_BYTES // 2
    return _read(stream, start, half) + _read(stream, stop - half, half)


def _read(stream: BinaryIO, start: int, size: int) -> bytes:
    stream.seek(start)
    return stream.read(size)


def count_records(stream: BinaryIO, start: int, stop: int, encoding: Encoding) -> int:
    """Return how many records a part of a file holds, whole or not, without cutting any out.

    A record is a beginning, or an end that no beginning precedes.
    """
    tag, follow = encoding.encode("Event"), {encoding.encode(char) for char in " \t\r\n/>"}
    width = encoding.width
    count, is_open = 0, False
    carry, carry_start, counted_to = b"", start, start
    for block in _blocks(stream, start, stop):
        data = carry + block
        is_last = carry_start + len(data) >= stop
        limit = len(data) if is_last else len(data) - _TOKEN_BYTES
        at = data.find(tag, counted_to - carry_start)
        while 0 <= at < limit:
            before = encoding.decode(data[max(0, at - 2 * width) : at])[0]
            end = at + len(tag)
            if before.endswith("<") and data[end : end + width] in follow:
                count, is_open = count + 1, True
            elif before.endswith("</") and _closes(
                data[end : end + (_SPACES + 1) * width], encoding
            ):
                count, is_open = count + (not is_open), False
            at = data.find(tag, end)
        counted_to = max(counted_to, carry_start + limit)
        keep = max(0, counted_to - carry_start - 2 * width)  # a tag's own first characters
        carry, carry_start = data[keep:], carry_start + keep
    return count


def _closes(after: bytes, encoding: Encoding) -> bool:
    return encoding.decode(after)[0].lstrip(" \t\r\n").startswith(">")
