from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.__main__ import main

RULE = """
title: Fetched rule
id: 22222222-2222-4222-8222-222222222222
status: test
level: low
logsource: {product: windows, service: security}
detection: {selection: {EventID: 1102}, condition: selection}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "rule.yml").write_text(RULE)
    return folder


def test_fetched_rules_are_used_from_then_on(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "update", "--from", str(package)]) == 0
    said = capsys.readouterr().out
    assert "1 rules can be used" in said
    assert "sha256: " in said
    assert main(["rules", "list", "-q"]) == 0
    assert "Fetched rule" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "absent"], "absent"),
        (["--from", "PACKAGE", "--name", "No Name"], "no name for a rule set"),
        (["--from", "PACKAGE", "--sha256", "00"], "not the package wanted"),
        (["--from", "http://example.invalid/rules.zip"], "http"),
        ([], "--from"),
    ],
)
def test_what_cannot_be_fetched_is_said_and_nothing_changes(
    package: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "update", *(w.replace("PACKAGE", str(package)) for w in words)]) == 2
    assert said in capsys.readouterr().err


def test_a_package_without_a_usable_rule_is_refused(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "rule.yml").write_text("title: no rule\n")
    assert main(["rules", "update", "--from", str(package)]) == 2
    assert "no usable rule" in capsys.readouterr().err
