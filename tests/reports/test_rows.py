from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gamekeeper.model.answers import Answer
from gamekeeper.reports.rows import write_csv, write_json, write_parquet, write_table

SCHEMA = pa.schema(
    [
        pa.field("@timestamp", pa.timestamp("us", tz="UTC")),
        pa.field("host.name", pa.utf8()),
        pa.field("count", pa.int64()),
        pa.field("names", pa.list_(pa.utf8())),
        pa.field("process.command_line", pa.utf8()),
    ]
)
MOMENT = datetime(2026, 1, 31, 8, 0, 0, 123456, UTC)
HOSTILE = '=cmd|"x"!A1,\x1b[31m\n\u202eevil'


def answer(*rows: dict[str, object]) -> Answer:
    return Answer("test", SCHEMA, [pa.RecordBatch.from_pylist(list(rows), SCHEMA)])


def full(text: str = "whoami") -> dict[str, object]:
    return {
        "@timestamp": MOMENT,
        "host.name": "dc01",
        "count": 3,
        "names": ["a", "b"],
        "process.command_line": text,
    }


def test_json_lines_leave_out_what_is_absent() -> None:
    out = io.BytesIO()
    assert write_json(answer(full(), {"count": 0}), out) == 2
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first == {**full(), "@timestamp": "2026-01-31T08:00:00.123456Z"}
    assert second == {"count": 0}


def test_json_is_inert() -> None:
    out = io.BytesIO()
    write_json(answer(full(HOSTILE)), out)
    assert json.loads(out.getvalue())["process.command_line"] == HOSTILE
    assert b"\x1b" not in out.getvalue()
    assert "\u202e" not in out.getvalue().decode()


def test_csv_is_inert() -> None:
    out = io.BytesIO()
    assert write_csv(answer(full(HOSTILE), {"count": 0}), out) == 2
    assert out.getvalue().decode().splitlines() == [
        "@timestamp,host.name,count,names,process.command_line",
        '2026-01-31T08:00:00.123456Z,dc01,3,"a, b","\'=cmd|""x""!A1,\\x1b[31m\\n\\u202eevil"',
        ",,0,,",
    ]


def test_parquet_holds_the_rows(tmp_path: Path) -> None:
    assert write_parquet(answer(full(), {"count": 0}), tmp_path / "a.parquet") == 2
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.schema.equals(SCHEMA)
    assert table.column("count").to_pylist() == [3, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_a_table_shows_the_columns_that_say_something() -> None:
    out = io.StringIO()
    assert write_table(answer({"count": 1}, {"count": 20, "host.name": "dc01"}), out, 0, None) == (
        2,
        False,
    )
    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["host.name", "count"],
        ["1"],
        ["dc01", "20"],
    ]


def test_a_table_is_cut_and_says_so() -> None:
    out = io.StringIO()
    assert write_table(answer(*[{"count": n} for n in range(5)]), out, 2, 80) == (2, True)
    assert len(out.getvalue().splitlines()) == 3
    assert write_table(answer(), io.StringIO(), 2, 80) == (0, False)


def test_a_table_fits_the_terminal_and_obeys_nothing() -> None:
    out = io.StringIO()
    write_table(answer(full("x" * 500), full(HOSTILE)), out, 0, 120)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert all(len(line) <= 120 for line in lines)
    assert "\x1b" not in out.getvalue()
