"""The command, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import batches
from fakes.scripts import part
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    events = [
        part(1, 1, "Get-\x1b[2J", (1, 2)),
        part(1, 1, "Item", (2, 2)),
        part(2, 2, "iex $x", level="3"),
        part(3, 3, "iex $x", level="3", host="WS-02"),
    ]
    case_of(tmp_path / "case", batches(events))
    return str(tmp_path / "case")


def test_people_get_a_table_and_log_text_is_inert(
    case: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["scripts", "--case", case]) == 0
    captured = capfd.readouterr()
    assert "Get-\\x1b[2JItem" in captured.out
    assert len(captured.out.splitlines()) == 4


def test_programs_get_each_text_once(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["scripts", "--case", case, "--distinct", "--suspicious", "--json", "-q"]) == 0
    (row,) = (json.loads(line) for line in capfd.readouterr().out.splitlines())
    assert (row["hosts"], row["blocks"], row["host.names"]) == (2, 2, ["ws-01", "ws-02"])


def test_files_are_written_and_none_is_run(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["scripts", "--case", case, "--match", "IEX", "--out", str(out)]) == 0
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "1 scripts written" in captured.err
    (path,) = out.iterdir()
    assert path.read_text(encoding="utf-8").endswith("\niex $x")


def test_files_and_rows_are_not_both_given(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scripts", "--case", case, "--json", "--out", str(tmp_path / "out")]) == 2
    assert "leave out --json" in capsys.readouterr().err


def test_commands_are_another_view(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["scripts", "--case", case, "--commands"]) == 0
    assert "nothing in this case" in capfd.readouterr().err
    assert main(["scripts", "--case", case, "--commands", "--distinct"]) == 2
    assert "leave out --distinct" in capfd.readouterr().err
