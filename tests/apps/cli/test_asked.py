"""Pipelines and placeholders on the command line, for every command that is about rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

RULE = """\
title: Evil user
id: 00000000-0000-4000-8000-00000000000a
status: test
level: high
logsource: {product: windows, category: process_creation}
detection: {s: {proc|endswith: '\\evil.exe', 'User|expand': '%Admins%'}, condition: s}
"""
PIPELINE = """\
transformations: [{type: field_name_mapping, mapping: {proc: Image}}]
finalizers: [{type: concat}]
"""
CASES = """\
- rule: 00000000-0000-4000-8000-00000000000a
  logsource: {product: windows, category: process_creation}
  match:
    - {Image: 'C:\\evil.exe', User: alice}
  no_match:
    - {Image: 'C:\\evil.exe', User: bob}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GAMEKEEPER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "rule.yml").write_text(RULE)
    (tmp_path / "pipe.yaml").write_text(PIPELINE)
    (tmp_path / "lists.yaml").write_text("Admins: [alice]\n")
    return tmp_path


def changing(folder: Path) -> list[str]:
    return [
        *("--pipeline", str(folder / "pipe.yaml")),
        *("--placeholders", str(folder / "lists.yaml")),
    ]


def test_the_list_shows_what_can_be_used_and_what_was_passed_over(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["rules", "list", "--rules", str(folder / "rule.yml")]
    assert main(words) == 0
    assert "placeholder %Admins% has no list of values: give it one with --placeholders" in (
        capfd.readouterr().out
    )
    assert main([*words, *changing(folder)]) == 0
    captured = capfd.readouterr()
    assert "cannot be used" not in captured.out
    assert "finalizers: there are no queries here, which was passed over." in captured.err


def test_a_rule_is_explained_as_it_is_after_the_change(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "explain", str(folder / "rule.yml"), *changing(folder)]) == 0
    said = capfd.readouterr().out
    assert "Image" in said
    assert "proc" not in said.replace("process", "")
    assert "alice" in said


def test_rules_are_checked_as_they_are_after_the_change(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["rules", "check", "--json", "-q", str(folder / "rule.yml")])
    before = {json.loads(line)["check"] for line in capfd.readouterr().out.splitlines()}
    main(["rules", "check", "--json", "-q", str(folder / "rule.yml"), *changing(folder)])
    after = {json.loads(line)["check"] for line in capfd.readouterr().out.splitlines()}
    assert "unusable" in before
    assert not {"unusable", "unknown_fields"} & after


def test_coverage_counts_rules_that_lists_make_usable(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rule = RULE.replace("level: high", "level: high\ntags: [attack.t1059]")
    (folder / "rule.yml").write_text(rule)
    words = ["rules", "coverage", "-q", "--rules", str(folder / "rule.yml"), *changing(folder)]
    assert main(words) == 0
    assert "T1059" in capfd.readouterr().out


@pytest.mark.parametrize(
    "words", [["hunt", "."], ["rules", "list"], ["rules", "explain", "x"], ["rules", "check", "."]]
)
def test_a_pipeline_that_is_none_is_one_line(
    folder: Path, words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.yaml").write_text("transformations: [{type: absent}]\n")
    paths = [word if word != "." else str(folder) for word in words]
    assert main([*paths, "-q", "--pipeline", str(folder / "bad.yaml")]) == 2
    said = capfd.readouterr().err.strip()
    assert (
        "cannot be used: Error in processing rule 1: Unknown transformation type 'absent'" in said
    )
    assert said.count("\n") <= 1
