"""A tree on the terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pyarrow as pa
from rich.cells import cell_len

from gamekeeper.model.answers import Answer
from gamekeeper.questions.processes.rows import SCHEMA
from gamekeeper.reports.process_tree import write_tree

Row = dict[str, object]


def row(depth: int, pid: int | None, name: str, **more: object) -> Row:
    basis: Row = {
        "host.name": "ws-01",
        "tree.depth": depth,
        "tree.role": "selected",
        "process.pid": pid,
        "process.name": name,
    }
    return basis | {key.replace("__", "."): value for key, value in more.items()}


def written(*rows: Row, limit: int = 0, width: int | None = None) -> tuple[list[str], int, bool]:
    stream = io.StringIO()
    batch = pa.RecordBatch.from_pylist(list(rows), schema=SCHEMA)
    count, is_more = write_tree(Answer("t", SCHEMA, [batch]), stream, limit, width)
    return stream.getvalue().splitlines(), count, is_more


def test_children_stand_further_in_and_accounts_are_named_where_they_change() -> None:
    time = datetime(2026, 1, 31, 8, tzinfo=UTC)
    lines, count, is_more = written(
        row(0, 4, "a.exe", tree__role="ancestor"),
        row(1, 8, "b.exe", user__name="al", user__domain="EX", process__command_line="b /x"),
        row(2, 12, "c.exe", user__name="al", user__domain="EX"),
        row(1, 16, "d.exe", user__name="bo"),
        row(0, None, "e.exe", host__name="ws-02"),
    )
    assert lines == [
        "host ws-01",
        "start not logged           4  ^ a.exe",
        "start not logged           8    b.exe  b /x  [EX\\al]",
        "start not logged          12      c.exe",
        "start not logged          16    d.exe  [bo]",
        "host ws-02",
        "start not logged              e.exe",
    ]
    assert (count, is_more) == (5, False)
    stamped, _, _ = written(row(0, 4, "a.exe") | {"@timestamp": time})
    assert stamped[1].startswith("2026-01-31 08:00:00        4  a.exe")


def test_log_text_is_inert_and_lines_are_as_wide_as_the_terminal() -> None:
    lines, _, _ = written(
        row(0, 4, "\x1b[31mred\u202e", process__command_line="宽" * 200 + "\n"), width=80
    )
    assert "\x1b" not in "".join(lines)
    assert "\\x1b[31mred\\u202e" in lines[1]
    assert [cell_len(line) <= 80 for line in lines] == [True, True]


def test_a_limit_counts_processes_and_says_that_there_are_more() -> None:
    rows = [row(n, n, "a.exe") for n in range(5)]
    lines, count, is_more = written(*rows, limit=3)
    assert (len(lines), count, is_more) == (4, 3, True)
    assert written(*rows, limit=5)[1:] == (5, False)


def test_a_chain_without_end_does_not_leave_the_screen() -> None:
    lines, _, _ = written(row(5_000, 4, "deep.exe"))
    assert lines[1].endswith(f"{'  ' * 20}(5000) deep.exe")


def test_no_processes_are_no_lines() -> None:
    assert written() == ([], 0, False)
