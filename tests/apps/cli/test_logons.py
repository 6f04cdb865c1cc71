from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    make(
        tmp_path,
        [
            {"id": 4624, "TargetLogonId": "0x10", "TargetUserName": "ann\x1b[31m", "LogonType": 10},
            {"id": 4624, "TargetLogonId": "0x11", "TargetUserName": "WS02$", "LogonType": 3},
            {"id": 4625, "TargetUserName": "ann", "LogonType": 3, "Status": "0xc0000064"},
        ],
    )
    return str(tmp_path / "case")


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    assert main(["logons", *words, "--json", "-q"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_option_narrows(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    def count(*words: str) -> int:
        return len(rows(capsys, "--case", case, *words))

    assert count() == 3
    assert count("--failed") == 1
    assert count("--interactive") == 1
    assert count("--people") == 2
    assert count("--kind", "session", "--type", "3") == 1
    assert count("--account", "ws*") == 1
    assert count("--source", "10.*") == 0


def test_the_matrix_and_the_table(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    edges = rows(capsys, "--case", case, "--matrix")
    assert [edge["count"] for edge in edges] == [1, 1, 1]
    assert main(["logons", "--case", case]) == 0
    shown = capsys.readouterr()
    assert "no such account" in shown.out
    assert "\x1b[31m" not in shown.out
    assert "no 4634 or 4647 here" in shown.err


def test_a_wrong_type_is_answered_in_a_line(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logons", "--case", case, "--type", "99"]) == 2
    assert "no logon type 99" in capsys.readouterr().err
