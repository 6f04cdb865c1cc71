"""What a hunt says on the terminal: the answer, the gravest findings, and the accounts in brief.

A terminal gets colour and tables, a pipe plain lines without either; the words are the same. All text
from logs and rules passes :func:`gamekeeper.reports.inert.terminal_safe` before it is laid out.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from gamekeeper.reports import overview, sight, trust
from gamekeeper.reports.inert import TEXT_LIMIT, terminal_safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gamekeeper.model.results import HuntResult
    from gamekeeper.reports.parts import Cell, Part, Table

_STYLES: Final = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
    "informational": "dim",
    "strong": "bold",
    "quiet": "dim",
}
#: Characters of a cell, of a row's last cell, and of the first cell of a row on two lines.
_CELL_LIMIT: Final = 80
_LAST_LIMIT: Final = 400
_LEAD_WIDTH: Final = 13


def show(
    result: HuntResult,
    written: Sequence[Path] = (),
    *,
    stream: TextIO | None = None,
    top: int = overview.TOP,
    colour: bool | None = None,
    width: int | None = None,
) -> None:
    """Write the summary, on standard output unless told otherwise; ``written`` are the reports made.

    ``colour`` None means: where the stream is a terminal.
    """
    draw(overview.overview(result, written, top), stream, colour=colour, width=width)


def show_integrity(result: HuntResult, written: Sequence[Path] = ()) -> None:
    """Write what the logs say of themselves, on standard output."""
    whole = "integrity.jsonl holds all" if written else "--json prints all with their evidence"
    parts = trust.parts(result.integrity, 40, whole=whole)
    draw([*parts, overview.written_part(written)])


def show_visibility(result: HuntResult, written: Sequence[Path] = ()) -> None:
    """Write what the logs could have shown, on standard output."""
    seen = result.visibility
    draw([*sight.answer_parts(seen), *sight.check_parts(seen), overview.written_part(written)])


def draw(
    parts: list[Part],
    stream: TextIO | None = None,
    *,
    colour: bool | None = None,
    width: int | None = None,
) -> None:
    """Write parts: with colour and tables on a terminal, else as plain lines."""
    stream = stream or sys.stdout
    parts = [part for part in parts if part.lines or part.table]
    if stream.isatty() if colour is None else colour:
        _rich(parts, stream, width)
    else:
        stream.writelines(_encodable(line, stream) + "\n" for line in _plain(parts))


def _plain(parts: list[Part]) -> Iterator[str]:
    for place, part in enumerate(parts):
        if place:
            yield ""
        if part.title:
            yield part.title
        indent = "  " if part.title else ""
        for line in part.lines:
            yield indent + terminal_safe(line.text)
        if part.table:
            yield from (indent + line for line in _aligned(part.table))
        if part.more:
            yield indent + part.more


def _aligned(table: Table) -> list[str]:
    rows = [_row(row) for row in (table.head, *table.rows)]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(table.head) - 1)]
    lines = []
    for row in rows:
        cells = [
            _pad(cell, width, right=column in table.numeric)
            for column, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return lines


def _row(cells: tuple[Cell, ...]) -> list[str]:
    *fixed, last = cells
    return [*(_brief(cell.text, _CELL_LIMIT) for cell in fixed), _brief(last.text, _LAST_LIMIT)]


def _pad(cell: str, width: int, *, right: bool = False) -> str:
    blank = " " * (width - cell_len(cell))
    return blank + cell if right else cell + blank


def _rich(parts: list[Part], stream: TextIO, width: int | None) -> None:
    console = Console(
        file=stream, force_terminal=True, width=width, highlight=False, markup=False, emoji=False
    )
    for part in parts:
        if part.title:
            console.print(Text(part.title, "bold underline"))
        for line in part.lines:
            console.print(_text(line, stream, TEXT_LIMIT))
        if part.table and part.table.fold:
            for row in _folded(part.table, stream):
                console.print(row, no_wrap=True, overflow="crop")
        elif part.table:
            console.print(_rich_table(part.table, stream))
        if part.more:
            console.print(Text(part.more, "dim"))
        console.print()


def _folded(table: Table, stream: TextIO) -> Iterator[Text]:
    for row in table.rows:
        lead, *others = (_text(row[column], stream, _CELL_LIMIT) for column in table.fold)
        lead.truncate(_LEAD_WIDTH, overflow="crop", pad=True)
        yield Text("  ").join([lead, *others])
        rest = [
            Text(f"{table.head[column].text} " if column in table.numeric else "").append_text(
                _text(cell, stream, _LAST_LIMIT)
            )
            for column, cell in enumerate(row)
            if column not in table.fold
        ]
        yield Text("  ", "dim").join([Text(" " * _LEAD_WIDTH), *rest])


def _rich_table(table: Table, stream: TextIO) -> RichTable:
    drawn = RichTable(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, name in enumerate(table.head):
        drawn.add_column(
            name.text, justify="right" if place in table.numeric else "left", overflow="fold"
        )
    for row in table.rows:
        drawn.add_row(*(_text(cell, stream, _LAST_LIMIT) for cell in row))
    return drawn


def _text(cell: Cell, stream: TextIO, limit: int) -> Text:
    return Text(_encodable(_brief(cell.text, limit), stream), _STYLES.get(cell.style, ""))


def _brief(text: str, limit: int) -> str:
    return terminal_safe(text[:limit]) + "…" * (len(text) > limit)


def _encodable(text: str, stream: TextIO) -> str:
    """Return text that the stream's encoding holds; a report must not die of a letter."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
