"""How many rows a file holds, counted by other means than :mod:`rows` reads them.

Lines come from the standard library's text layer, and one pattern says what a sound row is. Only the
definition is shared: a row whose quotes do not hold together is one, up to the next line that is a row of
the header's width or a header; headers, blank lines and exporters' notes are none.
"""

from __future__ import annotations

import io
import re
from collections import deque
from typing import TYPE_CHECKING

from gamekeeper.sources.csv.dialect import MAX_ROW_CHARS, Dialect, is_remark
from gamekeeper.sources.csv.shapes import is_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


def count_rows(stream: BinaryIO, dialect: Dialect) -> int:
    """Return the number of rows behind the header, whole or damaged."""
    stream.seek(dialect.start)
    text = io.TextIOWrapper(stream, dialect.encoding.name, errors="replace", newline="\n")
    try:
        return _Counter(text, dialect).count()
    finally:
        text.detach()


class _Counter:
    def __init__(self, text: io.TextIOWrapper, dialect: Dialect) -> None:
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        end = f"(?={delimiter}|\\Z)"
        self._quote = dialect.quote
        self._sound = re.compile(
            f"(?:{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}"
            f"|(?!{quote})[^{delimiter}\r\n]*+){end}"
        )
        self._loose = re.compile(
            f"(?:{quote}.*?{quote}|(?!{quote})[^{delimiter}]*+){end}", re.DOTALL
        )
        self._source = _lines(text)
        self._waiting: deque[str | None] = deque()
        self._width = 0

    def count(self) -> int:
        found, is_lost = 0, False
        while (line := self._next()) != "":
            if line is not None and (not line.strip("\r\n") or is_remark(line)):
                continue
            cells = self._row(line)
            if cells is None and not is_lost and line is not None:
                cells = self._split(self._loose, line)
                cells = cells if cells and self._fits(cells) else None
            if is_lost and (cells is None or not (self._fits(cells) or is_header(cells))):
                continue
            is_lost = cells is None
            if cells is not None and (not self._width or is_header(cells)):
                self._width = len(cells)
            else:
                found += 1
        return found

    def _next(self) -> str | None:
        """Return the next line, None for a giant, "" at the end."""
        return self._waiting.popleft() if self._waiting else next(self._source, "")

    def _row(self, first: str | None) -> list[str] | None:
        """Return the cells of the sound row that begins with a line, as far as it reaches; or None."""
        if first is None:
            return None
        taken: list[str | None] = []
        parts, quotes, size = [first], first.count(self._quote), len(first)
        while quotes % 2:
            line = self._next()
            if line != "":
                taken.append(line)
            if not line or size + len(line) > MAX_ROW_CHARS:
                break
            parts.append(line)
            quotes, size = quotes + line.count(self._quote), size + len(line)
        else:
            cells = self._split(self._sound, "".join(parts))
            if cells is not None:
                return cells
        self._waiting.extendleft(reversed(taken))
        return None

    def _split(self, cell: re.Pattern[str], text: str) -> list[str] | None:
        line, cells, position = text.rstrip("\r\n"), [], 0
        while (match := cell.match(line, position)) is not None:
            written = match[0]
            if written.startswith(self._quote):
                written = written[1:-1].replace(self._quote * 2, self._quote)
            cells.append(written)
            position = match.end() + 1
            if position > len(line):
                return cells
        return None

    def _fits(self, cells: list[str]) -> bool:
        return 0 <= len(cells) - self._width <= 1 < len(cells)


def _lines(text: io.TextIOWrapper) -> Iterator[str | None]:
    """Yield lines; None for one that is longer than any row may be."""
    while line := text.readline(MAX_ROW_CHARS + 1):
        is_giant = len(line) > MAX_ROW_CHARS
        yield None if is_giant else line
        while is_giant and line and not line.endswith("\n"):
            line = text.readline(MAX_ROW_CHARS)
