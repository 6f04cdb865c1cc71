from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

BAD = 'title: "no \\e[31m rule"\nid: x\nlevel: hihg\nlogsource: {product: windows}\ndetection: {}\n'


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.yml"
    path.write_text(BAD)
    return str(path)


def test_remarks_are_lines_with_their_place(bad: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", bad]) == 10
    captured = capfd.readouterr()
    assert "bad.yml:3:1: error: 'hihg' is no level" in captured.out
    assert captured.out.count("\n") > 3
    assert captured.err == ""


def test_remarks_are_json_lines(bad: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", "--json", bad]) == 10
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {"path", "line", "column", "severity", "check", "message", "rule", "title"} == set(
        rows[0]
    )


def test_notes_alone_are_no_failure(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", "builtin"]) == 0
    assert "error" not in capfd.readouterr().out


def test_people_get_a_table_and_a_sum(
    bad: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    assert main(["rules", "check", bad]) == 10
    captured = capsys.readouterr()
    assert "bad.yml\n" in captured.out
    assert "1 rules in 1 files" in captured.err


def test_rules_that_are_not_there_are_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", "absent"]) == 2
    assert "absent" in capsys.readouterr().err
