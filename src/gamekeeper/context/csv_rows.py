"""Rows of a CSV file, whatever stands between its cells."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from gamekeeper.context.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.context.rows import Columns, Given, Remarks

#: Longer cells are a quote that was never closed.
_CELL_LIMIT: Final = 131_072
_DELIMITERS: Final = (",", ";", "\t", "|")


def read(given: Given, text: str, columns: Columns, remarks: Remarks) -> Iterator[Row]:
    """Yield the rows behind the header; raise UsageError where there is no header that is known."""
    lines = io.StringIO(text, newline="").readlines()
    first = next((at for at, line in enumerate(lines) if _is_content(line)), None)
    if first is None:
        raise given.error("there is nothing in it")
    delimiter = max(_DELIMITERS, key=lambda sign: _known(lines[first], sign, columns))
    reader = csv.reader(lines[first:], delimiter=delimiter, strict=True)
    line = first + 1
    places: list[str | None] = []
    try:
        for cells in reader:
            if not places:
                places = _header(given, cells, columns, remarks, line)
            elif any(len(cell) > _CELL_LIMIT for cell in cells):
                raise given.error(
                    f"it is no CSV: field larger than {_CELL_LIMIT:,} characters", line
                )
            elif any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield _row(cells, places, remarks, line)
            line = first + reader.line_num + 1
    except csv.Error as error:
        raise given.error(f"it is no CSV: {error}", line) from None


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _known(line: str, delimiter: str, columns: Columns) -> int:
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return 0
    return sum(columns.of(cell) is not None for cell in cells)


def _header(
    given: Given, cells: list[str], columns: Columns, remarks: Remarks, line: int
) -> list[str | None]:
    places = [columns.of(cell) for cell in cells]
    if columns.names[0] not in places:
        known = ", ".join(columns.names)
        raise given.error(
            f"its first line names no column {columns.names[0]!r}; the columns are {known}", line
        )
    for at, (cell, place) in enumerate(zip(cells, places, strict=True)):
        if place is None and cell.strip():
            remarks.add(line, columns.unknown(cell.strip()))
        elif place is not None and place in places[:at]:
            remarks.add(line, f"the column {place} stands twice; the first one counts")
            places[at] = None
    return places


def _row(cells: list[str], places: list[str | None], remarks: Remarks, line: int) -> Row:
    if len(cells) > len(places):
        remarks.add(line, f"the row has {len(cells)} cells for {len(places)} columns")
    pairs = zip(places, (cell.strip() for cell in cells), strict=False)
    return Row(line, {place: cell for place, cell in pairs if place and cell})
