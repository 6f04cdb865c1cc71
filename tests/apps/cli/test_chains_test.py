"""``gamekeeper chains test``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

CHAIN = (
    "id: M-1\nname: mine\ndescription: d\nlevel: low\njoin: [host]\nwithin: 1m\n"
    "steps: {a: {text: t, events: [{logsource: {product: windows, service: system}, "
    "detection: {s: {EventID: 1}, condition: s}}]}}\n"
)
CASES = """\
- name: it happens
  kind: positive
  events: [{channel: System, event_id: 1}]
- name: it does not
  kind: positive
  events: [{channel: System, event_id: 2}]
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine.yml").write_text(CHAIN)
    (tmp_path / "mine.cases.yml").write_text(CASES)
    return tmp_path


def test_cases_pass_or_fail_and_say_what_the_steps_took(
    mine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["chains", "test", "--chains", str(mine)]) == 10
    out, err = capfd.readouterr()
    assert "pass  M-1: it happens (positive)" in out
    assert "FAIL  M-1: it does not (positive)" in out
    assert "found 0 times, expected 1" in out
    assert "1 cases passed, 1 failed" in err


def test_outcomes_are_json(mine: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["chains", "test", "--chains", str(mine), "--json", "-q"])
    first, second = map(json.loads, capfd.readouterr().out.splitlines())
    assert (first["passed"], first["steps"]) == (True, {"a": 1})
    assert (second["passed"], second["found"]) == (False, 0)
