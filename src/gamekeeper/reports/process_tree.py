"""Trees of processes for people: one line each, a child further in than its parent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final, TextIO

from rich.cells import cell_len, set_cell_size

from gamekeeper.reports.inert import terminal_safe
from gamekeeper.reports.rows import Row, rows_of

if TYPE_CHECKING:
    from gamekeeper.model.answers import Answer

_PLAIN_WIDTH: Final = 240
#: Deeper rows stand no further in, and say how deep they are.
_DEEPEST: Final = 20
_TIME_WIDTH: Final = len("2026-01-31 23:59:59")
_TEXT_LIMIT: Final = 2_000


def write_tree(answer: Answer, stream: TextIO, limit: int, width: int | None) -> tuple[int, bool]:
    """Write at most ``limit`` processes (0: all); return how many, and whether there are more.

    ``width`` is that of the terminal; None where the lines go elsewhere.
    """
    rows = rows_of(answer)
    count = 0
    encoding = stream.encoding or "utf-8"
    for line in _lines(islice(rows, limit) if limit else rows, width or _PLAIN_WIDTH):
        stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        count += not line.startswith("host ")
    return count, bool(limit) and next(rows, None) is not None


def _lines(rows: Iterator[Row], width: int) -> Iterator[str]:
    host = None
    accounts: list[str] = []
    for row in rows:
        if row["host.name"] != host:
            host = row["host.name"]
            yield f"host {terminal_safe(str(host))}"
        depth = row["tree.depth"]
        assert isinstance(depth, int)
        del accounts[depth:]
        account = _account(row)
        is_new = bool(account) and account != next(filter(None, reversed(accounts)), None)
        accounts.append(account)
        line = f"{_front(row, depth)}{_told(row)}{f'  [{account}]' if is_new else ''}"
        yield _fitted(terminal_safe(line, _TEXT_LIMIT), width)


def _front(row: Row, depth: int) -> str:
    started = row["@timestamp"]
    time = f"{started:%Y-%m-%d %H:%M:%S}" if isinstance(started, datetime) else "start not logged"
    pid = "" if row["process.pid"] is None else str(row["process.pid"])
    mark = {"selected": "", "ancestor": "^ ", "descendant": ""}[str(row["tree.role"])]
    far = f"({depth}) " if depth > _DEEPEST else ""
    return f"{time:<{_TIME_WIDTH}}  {pid:>7}  {'  ' * min(depth, _DEEPEST)}{far}{mark}"


def _told(row: Row) -> str:
    name, command = row["process.name"], row["process.command_line"] or row["process.executable"]
    return f"{name or '?'}  {command}" if command else str(name or "?")


def _account(row: Row) -> str:
    domain, name = row["user.domain"], row["user.name"]
    return f"{domain}\\{name}" if domain and name else str(name or "")


def _fitted(line: str, width: int) -> str:
    return line if cell_len(line) <= width else set_cell_size(line, width - 1) + "…"
