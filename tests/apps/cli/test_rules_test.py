from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.rules import GOOD
from gamekeeper.__main__ import main

GOLDEN = Path(__file__).parents[2] / "golden" / "rules"
FAILS = (
    "- {rule: hive_saved, name: \"x\\e[2J\", process: {Image: 'C:\\a.exe'}, only: sysmon, matches: true}\n"
    "- {rule: hive_svaed, process: {Image: a}, only: sysmon, matches: true}\n"
)


@pytest.fixture
def failing(tmp_path: Path) -> str:
    path = tmp_path / "cases.yml"
    path.write_text(FAILS)
    return str(path)


def test_our_own_rules_pass_their_own_cases(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test", str(GOLDEN)]) == 0
    captured = capfd.readouterr()
    assert "FAIL" not in captured.out
    assert "0 failed" in captured.err


def test_a_case_that_fails_says_why(failing: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test", failing]) == 10
    captured = capfd.readouterr()
    assert "FAIL  hive_saved: x\\x1b[2J" in captured.out
    assert "true of 0 of 1 events, expected at least one" in captured.out
    assert "false: Image " in captured.out
    assert "there is no rule 'hive_svaed'" in captured.out
    assert "\x1b" not in captured.out
    assert "0 cases passed, 2 failed" in captured.err


def test_outcomes_are_json_lines(failing: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test", failing, "--json", "-q"]) == 10
    captured = capfd.readouterr()
    rows = [json.loads(line) for line in captured.out.splitlines()]
    assert [row["passed"] for row in rows] == [False, False]
    assert rows[0]["told"][0]["predicates"][0]["is_true"] is False
    assert captured.err == ""


def test_rules_may_lie_beside_their_cases(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yml").write_text(GOOD)
    event = "{Image: 'C:\\reg.exe', CommandLine: 'reg save x'}"
    (tmp_path / "mine.test.yml").write_text(f"- {{process: {event}, matches: true}}\n")
    assert main(["rules", "test", str(tmp_path)]) == 0
    assert "pass  mine: case 1 (security)" in capfd.readouterr().out


def test_a_path_without_cases_is_bad_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "test", str(tmp_path)]) == 2
    assert "no test case" in capsys.readouterr().err
