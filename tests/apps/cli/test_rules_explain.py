from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

RULE = (
    'title: "x \\e[2J"\nlogsource: {product: windows}\ndetection: {a: {Image: x}, condition: a}\n'
)


def test_a_rule_of_the_set_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "hive_saved"]) == 0
    out = capfd.readouterr().out
    assert "Condition (windows / process_creation)" in out
    assert "Looks at Security 4688" in out


def test_a_rule_file_is_explained_and_moves_no_cursor(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rule.yml"
    path.write_text(RULE)
    assert main(["rules", "explain", str(path)]) == 0
    out = capfd.readouterr().out
    assert "x \\x1b[2J" in out
    assert "\x1b" not in out


def test_the_explanation_is_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "hive_saved", "--json", "-q"]) == 0
    assert json.loads(capfd.readouterr().out)["routes"]


def test_a_rule_that_is_not_there_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", "hive_svaed", "--rules", "builtin"]) == 2
    assert "did you mean 'hive_saved'?" in capsys.readouterr().err
