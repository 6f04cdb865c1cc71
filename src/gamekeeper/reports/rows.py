"""Answers as people and programs take them: a table on the terminal, JSON lines, CSV, Parquet.

Text of logs is inert in each of them. Absent values are left out of JSON and empty elsewhere; times are
ISO 8601 in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Final, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from rich.cells import cell_len, set_cell_size

from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.atomic import atomic_file
from gamekeeper.reports.inert import terminal_safe
from gamekeeper.reports.matches_csv import cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gamekeeper.model.answers import Answer

Row = dict[str, object]
#: Characters of one cell of a table; the last column takes what is left of the line.
_CELL_LIMIT: Final = 48
_PLAIN_WIDTH: Final = 240
_MIN_LAST: Final = 20
_PLAIN_NAME: Final = re.compile(r"@?[\w.]+", re.ASCII)


def rows_of(answer: Answer) -> Iterator[Row]:
    """Yield every row as {column: value}, nulls kept."""
    for batch in answer.batches:
        yield from batch.to_pylist()


def write_json(answer: Answer, stream: IO[bytes]) -> int:
    """Write one JSON document a line and return how many."""
    count = 0
    for row in rows_of(answer):
        present = {name: _plain(value) for name, value in row.items() if value is not None}
        stream.write(dumps(present) + b"\n")
        count += 1
    return count


def write_csv(answer: Answer, stream: IO[bytes]) -> int:
    """Write a header and one line a row, every cell inert, and return how many rows."""
    stream.write((",".join(map(_heading, answer.schema.names)) + "\n").encode())
    count = 0
    for row in rows_of(answer):
        line = ",".join(cell(cell_text(value)) for value in row.values())
        stream.write(line.encode("utf-8", "backslashreplace") + b"\n")
        count += 1
    return count


def _heading(name: str) -> str:
    """Return the name of a column; ECS names begin with a sign that is no formula there."""
    return name if _PLAIN_NAME.fullmatch(name) else cell(name)


def write_parquet(answer: Answer, path: Path) -> int:
    """Write a Parquet file, whole or not at all, and return how many rows."""
    count = 0
    with (
        atomic_file(path) as stream,
        pq.ParquetWriter(stream, answer.schema, compression="zstd") as writer,
    ):
        for batch in answer.batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(answer.schema))
            count += batch.num_rows
    return count


def write_table(answer: Answer, stream: TextIO, limit: int, width: int | None) -> tuple[int, bool]:
    """Write at most ``limit`` rows (0: all) as a table; return how many, and whether there are more.

    ``width`` is that of the terminal; None where the lines go elsewhere.
    """
    rows = rows_of(answer)
    shown = list(islice(rows, limit)) if limit else list(rows)
    is_more = bool(limit) and next(rows, None) is not None
    if not shown:
        return 0, False
    names = [
        name for name in answer.schema.names if any(row.get(name) is not None for row in shown)
    ]
    cells = [[terminal_safe(cell_text(row[name]), 2_000) for name in names] for row in shown]
    stream.writelines(
        line.encode(stream.encoding or "utf-8", "backslashreplace").decode(
            stream.encoding or "utf-8"
        )
        + "\n"
        for line in _lines(names, cells, width or _PLAIN_WIDTH)
    )
    return len(shown), is_more


def _lines(names: Sequence[str], cells: list[list[str]], width: int) -> Iterator[str]:
    table = [list(names), *cells]
    widths = [min(_CELL_LIMIT, max(cell_len(row[at]) for row in table)) for at in range(len(names))]
    widths[-1] = max(cell_len(names[-1]), _MIN_LAST, width - sum(widths[:-1]) - 2 * len(names[1:]))
    for row in table:
        fixed = [_fitted(text, size) for text, size in zip(row[:-1], widths, strict=False)]
        last = row[-1] if cell_len(row[-1]) <= widths[-1] else _fitted(row[-1], widths[-1])
        yield "  ".join([*fixed, last]).rstrip()


def _fitted(text: str, size: int) -> str:
    if cell_len(text) > size:
        return set_cell_size(text, size - 1) + "…"
    return text + " " * (size - cell_len(text))


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    return value


def cell_text(value: object) -> str:
    """Return a value as one cell has it."""
    if value is None:
        return ""
    plain = _plain(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, list):
        if all(isinstance(item, str | int) for item in plain):
            return ", ".join(str(item) for item in plain)
        return dumps(plain).decode()
    if isinstance(plain, dict):
        return dumps(plain).decode()
    return str(plain)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
