"""Bytes to rows of cells, in bounded memory, where a damaged row costs itself.

Quoted cells may hold line breaks, so that a lost quote could swallow the rest of a file. A row therefore has
to hold together: quotes in pairs, a closing quote before a delimiter or the end. Where it does not, its
first line may still read by itself; otherwise reading goes on at the next line that is a row of the
header's width, or a header.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from gamekeeper.sources.csv.dialect import MAX_ROW_CHARS, Dialect, is_remark
from gamekeeper.sources.csv.shapes import is_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

_READ_BYTES: Final = 1 << 20
_KEPT_BYTES: Final = 4096


class Line(NamedTuple):
    """One physical line; of a giant only its beginning. A tuple, since files have many."""

    offset: int
    number: int
    raw: bytes
    text: str
    is_giant: bool = False
    is_broken: bool = False  # bytes that are no valid text


class Row(NamedTuple):
    """One row, or the remains of one: ``damage`` is the reject's reason."""

    first: Line
    last: Line
    cells: list[str]
    damage: str = ""
    is_header: bool = False
    is_broken: bool = False


def lines_of(stream: BinaryIO, dialect: Dialect) -> Iterator[Line]:
    """Yield the physical lines from the header on."""
    ending, decode = dialect.encoding.encode("\n"), dialect.encoding.decode
    offset, number = dialect.start, dialect.line
    pending, is_skipping, is_end = b"", False, False
    while not is_end:
        stream.seek(offset + len(pending))
        block = stream.read(_READ_BYTES)
        is_end = not block
        found = _cut(pending + block, ending)
        pending = found.pop()
        for raw in found:
            if not is_skipping:
                yield _line(decode, offset, number, raw)
            is_skipping, offset, number = False, offset + len(raw), number + 1
        # No character takes more than four bytes: this line is too long by any count.
        if len(pending) > 4 * MAX_ROW_CHARS:
            if not is_skipping:
                yield Line(offset, number, pending[:_KEPT_BYTES], "", is_giant=True)
            is_skipping, cut = True, len(pending) - len(pending) % len(ending)
            offset, pending = offset + cut, pending[cut:]
    if pending and not is_skipping:
        yield _line(decode, offset, number, pending)


def _cut(data: bytes, ending: bytes) -> list[bytes]:
    """Split bytes behind each line feed; the last piece is what has none.

    In wide encodings a line feed begins at a whole code unit: its bytes also occur across two.
    """
    if len(ending) == 1:
        *whole, rest = data.split(ending)
        return [*(piece + ending for piece in whole), rest]
    pieces, position, at = [], 0, data.find(ending)
    while at >= 0:
        if (at - position) % len(ending):
            at = data.find(ending, at + 1)
            continue
        pieces.append(data[position : at + len(ending)])
        position = at + len(ending)
        at = data.find(ending, position)
    return [*pieces, data[position:]]


def _line(
    decode: Callable[[bytes], tuple[str, bool]], offset: int, number: int, raw: bytes
) -> Line:
    text, is_broken = decode(raw)
    if len(text) > MAX_ROW_CHARS:
        return Line(offset, number, raw[:_KEPT_BYTES], "", is_giant=True)
    return Line(offset, number, raw, text, is_broken=is_broken)


class RowReader:
    """Puts lines together to rows. The first row sets the width, and every later header anew."""

    def __init__(self, lines: Iterator[Line], dialect: Dialect) -> None:
        self._lines = lines
        self._dialect = dialect
        self._waiting: deque[Line] = deque()
        self._width = 0

    def __iter__(self) -> Iterator[Row]:
        while (line := self._next()) is not None:
            row: Row | None = self._assemble(line)
            if row is not None and row.damage:
                row = self._alone(row)
            while row is not None and row.damage:
                yield row
                row = self._resume()
            if row is not None:
                yield self._measured(row)

    def _next(self) -> Line | None:
        """Return the next line that is not blank and no exporter's note."""
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._lines, None)
            if line is None or line.is_giant:
                return line
            if line.text.strip("\r\n") and not is_remark(line.text):
                return line

    def _assemble(self, first: Line) -> Row:
        """Join lines until the quotes pair up; give back what was taken where no row comes of it."""
        parts, quote = [first], self._dialect.quote
        quotes, size = first.text.count(quote), len(first.text)
        damage = "too_large" if first.is_giant else ""
        while quotes % 2 and not damage:
            line = self._waiting.popleft() if self._waiting else next(self._lines, None)
            if line is None:
                damage = "unclosed_quote"
                break
            parts.append(line)
            quotes, size = quotes + line.text.count(quote), size + len(line.text)
            if line.is_giant or size > MAX_ROW_CHARS:
                damage = "too_large"
        if not damage:
            cells = self._dialect.cells("".join(part.text for part in parts))
            if cells is not None:
                return Row(first, parts[-1], cells, is_broken=any(part.is_broken for part in parts))
            damage = "bad_quotes"
        self._waiting.extendleft(reversed(parts[1:]))
        return Row(first, first, [], damage)

    def _alone(self, damaged: Row) -> Row:
        """Read a damaged row's first line by itself where that gives a row of the right width."""
        cells = None if damaged.first.is_giant else self._dialect.loose_cells(damaged.first.text)
        if cells is None or not self._fits(cells):
            return damaged
        return Row(damaged.first, damaged.first, cells, is_broken=damaged.first.is_broken)

    def _resume(self) -> Row | None:
        """Return the next sound row of the right width; what lies before it belongs to the damage."""
        while (line := self._next()) is not None:
            row = self._assemble(line)
            if not row.damage and (self._fits(row.cells) or is_header(row.cells)):
                return row
        return None

    def _fits(self, cells: list[str]) -> bool:
        return 0 <= len(cells) - self._width <= 1 < len(cells)

    def _measured(self, row: Row) -> Row:
        if self._width and not is_header(row.cells):
            return row
        self._width = len(row.cells)
        return row._replace(is_header=True)
