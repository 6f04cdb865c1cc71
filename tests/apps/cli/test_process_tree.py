"""The command, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import batches, started
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    events = [
        started(1, 100, "C:\\cmd.exe", parent=(50, "C:\\explorer.exe")),
        started(2, 104, "C:\\net.exe", parent=(100, "C:\\cmd.exe"), command="net user \x1b[2J"),
    ]
    case_of(tmp_path / "case", batches(events))
    return str(tmp_path / "case")


def test_people_get_a_tree(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["process-tree", "--case", case]) == 0
    captured = capfd.readouterr()
    assert captured.out.splitlines()[-1].endswith("104      net.exe  net user \\x1b[2J")
    assert "parents are only named" in captured.err


def test_programs_get_a_row_for_each_process(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--root", "cmd", "--match", "NET USER", "--json", "-q"]
    assert main(["process-tree", "--case", case, *words]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(row["process.pid"], row["tree.role"]) for row in rows] == [
        (100, "ancestor"),
        (104, "selected"),
    ]


def test_nothing_that_matches_is_said(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["process-tree", "--case", case, "--match", "absent"]) == 0
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "nothing in this case" in captured.err
