"""Scripts as files."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from gamekeeper.errors import UsageError
from gamekeeper.model.answers import Answer
from gamekeeper.questions.scripts.scripts import SCHEMA
from gamekeeper.reports.script_files import file_name, write_scripts

TEXT = "powershell.file.script_block_text"
Row = dict[str, object]


def row(text: str, **more: object) -> Row:
    basis: Row = {
        "@timestamp": datetime(2026, 1, 31, 8, 0, 1, tzinfo=UTC),
        "host.name": "ws-01",
        "script.sha256": hashlib.sha256(text.encode()).hexdigest(),
        TEXT: text,
    }
    return basis | {key.replace("__", "."): value for key, value in more.items()}


def answer(*rows: Row) -> Answer:
    return Answer("scripts", SCHEMA, [pa.RecordBatch.from_pylist(list(rows), schema=SCHEMA)])


def test_each_text_is_one_file_with_what_is_known_above_it(tmp_path: Path) -> None:
    text = "Write-Host 'hi'\r\n\u20ac\x1b"
    folder = tmp_path / "found"
    count = write_scripts(answer(row(text, file__path="C:\\a\nb\x1b.ps1"), row(text)), folder)
    (path,) = folder.iterdir()
    assert count == 1
    assert (
        path.name
        == f"20260131T080001_ws-01_{hashlib.sha256(text.encode()).hexdigest()[:16]}.ps1.txt"
    )
    head, line, body = path.read_bytes().partition(b"# ---- the script, as it was logged ----\n")
    assert body == text.encode()
    assert hashlib.sha256(body).hexdigest().encode() in head
    assert line
    assert all(part.startswith(b"# ") for part in head.splitlines())
    assert b"# file.path: C:\\a\\nb\\x1b.ps1\n" in head


@pytest.mark.parametrize(
    ("host", "time", "start"),
    [
        ("../../etc", datetime(2026, 1, 1, tzinfo=UTC), "20260101T000000__etc_"),
        ("a" * 300, None, f"no-time_{'a' * 40}_"),
        (None, None, "no-time_no-host_"),
        ("\u0130\x00:con", None, "no-time_i_con_"),
    ],
)
def test_names_are_safe_everywhere(host: str | None, time: datetime | None, start: str) -> None:
    name = file_name(row("x", host__name=host) | {"@timestamp": time})
    assert name.startswith(start)
    assert name.endswith(".ps1.txt")
    assert len(name) < 120


def test_a_folder_that_is_a_file_is_bad_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no scripts can be written"):
        write_scripts(answer(), tmp_path / "file")
