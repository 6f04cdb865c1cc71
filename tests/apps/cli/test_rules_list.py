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
    assert {"id", "title", "level", "path", "reason"} == set(rows[0])
    assert len(rows) > 10


def test_rules_that_are_not_there_are_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--rules", "absent"]) == 2
    assert "absent" in capsys.readouterr().err
