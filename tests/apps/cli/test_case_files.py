from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest

from fakes.cases import logon
from fakes.copied_cases import copied_case
from gamekeeper.__main__ import main
from gamekeeper.store.writing import digest_of


@pytest.fixture
def case(tmp_path: Path) -> str:
    copied_case(
        tmp_path / "case",
        [logon(n) for n in range(10)],
        [logon(n, source=1) for n in range(5, 12)],
    )
    return str(tmp_path / "case")


def listed(capfd: pytest.CaptureFixture[str], case: str, *more: str) -> list[dict[str, object]]:
    assert main(["case", "files", "--case", case, "--json", *more]) == 0
    rows: list[dict[str, object]] = json.loads(capfd.readouterr().out)
    return rows


def test_the_list_leads_to_all_events(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    rows = listed(capfd, case)
    paths = [Path(str(row["path"])) for row in rows]
    assert all(
        path.is_absolute() and digest_of(path) == row["sha256"]
        for path, row in zip(paths, rows, strict=True)
    )
    assert sum(int(str(row["rows"])) for row in rows) == 12
    assert rows[0]["first"] == "2026-01-01T00:00:00.000000Z"
    assert rows[0]["hosts"] == ["dc01"]


def test_other_tools_read_what_is_listed(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    paths = [str(row["path"]) for row in listed(capfd, case, "--dataset", "windows.security")]
    found = duckdb.sql(
        'SELECT "host.name", count(*), max("@timestamp") FROM read_parquet($1) GROUP BY ALL',
        params=[paths],
    ).fetchall()
    assert [(host, count) for host, count, _ in found] == [("dc01", 12)]
    table = ds.dataset(paths).to_table(filter=ds.field("TargetUserName") == "user1")
    assert table.num_rows == 4


def test_other_kinds_can_be_listed(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    (row,) = listed(capfd, case, "--kind", "witnesses")
    assert (row["rows"], row["kind"]) == (5, "witnesses")
    assert listed(capfd, case, "--dataset", "windows.sysmon") == []
    assert main(["case", "files", "--case", case]) == 0
    assert "windows.security  /" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--kind", "event"], "did you mean 'events'"),
        (["--dataset", "windows.securty"], "did you mean 'windows.security'"),
    ],
)
def test_a_wrong_word_is_answered(
    case: str, capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main(["case", "files", "--case", case, *words]) == 2
    assert complaint in capsys.readouterr().err
