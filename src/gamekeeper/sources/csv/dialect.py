"""How one file of separated values is written: its encoding, delimiter, quote, and its header."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import product
from typing import Final

from gamekeeper.sources.csv.contract import Header
from gamekeeper.sources.csv.shapes import surest
from gamekeeper.sources.text_bytes import Encoding, encoding_of

HEAD_BYTES: Final = 64 << 10
#: Longer rows are no event; a cell of XML with its quotes doubled stays far below.
MAX_ROW_CHARS: Final = 1 << 20
_DELIMITERS: Final = (",", ";", "\t", "|")
_QUOTES: Final = ('"', "'")
_PREAMBLE_LINES: Final = 20
#: PowerShell's note on the type of its objects, and the spreadsheet's on the delimiter.
_REMARK: Final = re.compile(r"#TYPE |sep=.\r?\n?\Z|\"#TYPE ", re.IGNORECASE)

# The module's own limit (128 KiB a cell) belongs to the whole process; rows are bounded here instead.
csv.field_size_limit(max(csv.field_size_limit(), MAX_ROW_CHARS))


@dataclass(frozen=True, slots=True)
class Dialect:
    """The decision for one file; ``start`` and ``line`` are where the header stands."""

    encoding: Encoding
    delimiter: str = ","
    quote: str = '"'
    start: int = 0
    line: int = 1

    def cells(self, text: str) -> list[str] | None:
        """Return the cells of one whole row, or None where its quotes do not hold together."""
        reader = csv.reader(
            (text.rstrip("\r\n"),), delimiter=self.delimiter, quotechar=self.quote, strict=True
        )
        try:
            return next(reader, [])
        except csv.Error:
            return None

    def loose_cells(self, text: str) -> list[str] | None:
        """Return the cells of one line whose writer did not double the quotes inside of cells.

        A quoted cell then ends at the first quote that a delimiter or the end follows.
        """
        line, cells = text.rstrip("\r\n"), []
        position, behind = 0, self.quote + self.delimiter
        while True:
            if line.startswith(self.quote, position):
                stop = line.find(behind, position + 1)
                if stop < 0:
                    stop = len(line) - 1
                    if stop <= position or line[stop] != self.quote:
                        return None
                cells.append(line[position + 1 : stop].replace(self.quote * 2, self.quote))
                position = stop + 1
            else:
                stop = line.find(self.delimiter, position)
                stop = len(line) if stop < 0 else stop
                cells.append(line[position:stop])
                position = stop
            if position >= len(line):
                return cells
            position += 1


def is_remark(text: str) -> bool:
    """Whether a line is a note of the exporter and no row."""
    return _REMARK.match(text) is not None


def dialect_of(head: bytes) -> tuple[Dialect, float]:
    """Return how the file that begins so is written, and how surely it holds Windows events."""
    encoding = encoding_of(head)
    best, best_claim = Dialect(encoding, start=encoding.bom_bytes), 0.0
    offset = encoding.bom_bytes
    ending = encoding.encode("\n")
    for number in range(1, _PREAMBLE_LINES + 1):
        at = head.find(ending, offset)
        stop = at + len(ending) if at >= 0 else len(head)
        text = encoding.decode(head[offset:stop])[0]
        for delimiter, quote in () if is_remark(text) else product(_DELIMITERS, _QUOTES):
            dialect = Dialect(encoding, delimiter, quote, offset, number)
            claim = _claim(dialect, text)
            if claim > best_claim:
                best, best_claim = dialect, claim
        if best_claim or stop >= len(head):
            break
        offset = stop
    return best, best_claim


def _claim(dialect: Dialect, text: str) -> float:
    cells = dialect.cells(text)
    if not cells or len(cells) < 2 or len(text) > MAX_ROW_CHARS:
        return 0.0
    return surest(Header(tuple(cells)))[1]
