from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


@pytest.fixture(scope="module")
def report(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    words = ["hunt", str(logs), "--rules", "builtin", "--workers", "1", "-q", "--out", str(out)]
    assert main(words) in {0, 10}
    return out


def test_the_noisiest_rules_are_shown(report: Path, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert main(["rules", "noise", str(report), "--limit", "2"]) == 0
    lines = capfd.readouterr().out.splitlines()
    count = len((report / "matches.jsonl").read_text().splitlines())
    assert lines[0].startswith(f"{count} matches of ")
    assert lines[1].startswith("matches  share")
    assert lines[-1].startswith("and ")


def test_json_has_all(report: Path, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert main(["rules", "noise", str(report), "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert sum(rule["matches"] for rule in found["rules"]) == found["matches"]


def test_damage_is_told_and_text_is_inert(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    row = {
        "rule.id": "r",
        "rule.title": "\x1b[2J",
        "rule.level": "low",
        "event.id": "0:1",
        "fields": {"a": "\u202eb"},
    }
    (tmp_path / "matches.jsonl").write_text(json.dumps(row) + "\n{\n")
    (tmp_path / "summary.json").write_text('{"rules": [], "totals": {}}')
    assert main(["rules", "noise", str(tmp_path)]) == 0
    captured = capfd.readouterr()
    assert not {"\x1b", "\u202e"} & set(captured.out)
    assert "lines of matches.jsonl that are no match: 1" in captured.err
