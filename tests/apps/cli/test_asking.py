from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fakes.cases import NEW_YEAR, SECOND, batches, case_of, logon
from gamekeeper.__main__ import main
from gamekeeper.apps.cli.asking import selection_of
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError

SQL = 'SELECT "EventRecordID" AS n, "Computer" AS "host.name" FROM events ORDER BY n'


@pytest.fixture
def case(tmp_path: Path) -> str:
    case_of(tmp_path / "case", batches([logon(n) for n in range(150)]))
    return str(tmp_path / "case")


def test_people_get_a_table_that_says_when_it_is_cut(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", SQL, "--case", case]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[:2] == ["n   host.name", "0   DC01.example.org"]
    assert len(out.splitlines()) == 101
    assert "first 100" in err
    assert main(["ask", SQL, "--case", case, "--limit", "0", "-q"]) == 0
    out, err = capsys.readouterr()
    assert (len(out.splitlines()), err) == (151, "")


def test_programs_get_all_rows(
    case: str, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    assert main(["ask", SQL, "--case", case, "--json"]) == 0
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line)["n"] for line in lines] == list(range(150))
    assert main(["ask", SQL, "--case", case, "--csv"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"n,host.name\n0,DC01.example.org\n")
    path = tmp_path / "a.parquet"
    assert main(["ask", SQL, "--case", case, "--parquet", str(path)]) == 0
    assert pq.read_table(path).column("n").to_pylist() == list(range(150))
    assert pq.read_schema(path).field("n").type == pa.int64()


def test_the_selection_holds(case: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    words = ["ask", SQL, "--case", case, "--json"]
    assert main([*words, "--from", "2026-01-01T00:00:10", "--to", "2026-01-01T00:00:13"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 3
    assert main([*words, "--host", "dc*", "--channel", "sec*"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 150
    assert main([*words, "--host", "nobody"]) == 0
    assert capfdbinary.readouterr().out == b""


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--json", "--csv"], "give one of --json, --csv and --parquet"),
        (["--from", "2026-01-02", "--to", "2026-01-01"], "is not before"),
        (["--from", "soon"], "is no time"),
    ],
)
def test_what_makes_no_sense_is_told(
    case: str, words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", SQL, "--case", case, *words]) == 2
    assert complaint in capsys.readouterr().err


def test_a_folder_that_is_no_case_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", SQL, "--case", str(tmp_path)]) == 2
    assert "is no case" in capsys.readouterr().err


def test_times_become_filetimes() -> None:
    typed = {"ask_from": "2026-01-01", "ask_to": None, "ask_host": ("a",), "ask_channel": ()}
    selection = selection_of(Values(typed))
    assert (selection.start, selection.stop, selection.hosts) == (NEW_YEAR, None, ("a",))
    with pytest.raises(UsageError):
        selection_of(Values({**typed, "ask_to": "2025-01-01"}))
    assert NEW_YEAR % SECOND == 0
