from __future__ import annotations

import json

import pytest

from gamekeeper.__main__ import main


def test_every_rule_is_listed_with_the_reason_where_it_cannot_be_used(
    tmp_path: object, capfd: pytest.CaptureFixture[str]
) -> None:
    path = f"{tmp_path}/bad.yml"
    with open(path, "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write('title: "no \\e[31m rule"\nid: x\n')
    assert main(["rules", "list", "--rules", "builtin", "--rules", path]) == 0
    captured = capfd.readouterr()
    assert "high" in captured.out
    assert "[cannot be used: " in captured.out
    assert "\x1b" not in captured.out
    assert "can be used" in captured.err


def test_the_list_can_be_read_by_a_script(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--json", "-q"]) == 0
    rows = json.loads(capfd.readouterr().out)
    known = {"id", "title", "level", "status", "tags", "logsource", "path", "reason"}
    assert known == set(rows[0])
    assert len(rows) > 10


def test_rules_that_are_not_there_are_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--rules", "absent"]) == 2
    assert "absent" in capsys.readouterr().err


def test_filters_narrow_each_other(capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--level", "high", "--tag", "T1003", "--logsource", "windows/process_creation"]
    assert main(["rules", "list", "--json", "-q", *words, "--text", "NTDS"]) == 0
    rows = json.loads(capfd.readouterr().out)
    assert rows
    assert {row["level"] for row in rows} == {"high"}
    assert {row["logsource"]["category"] for row in rows} == {"process_creation"}
    assert main(["rules", "list", "--json", "-q", *words, "--status", "deprecated"]) == 0
    assert json.loads(capfd.readouterr().out) == []


def test_a_level_that_is_none_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--level", "hihg"]) == 2
    assert "did you mean 'high'?" in capsys.readouterr().err
