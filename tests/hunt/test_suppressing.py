from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.hunt.api import Hunt, hunt
from gamekeeper.hunt.suppressing import today

ENTRY = """
- rule: Word seen
  when: {CommandLine: 'cmd /c evil'}
  reason: it is a test
  owner: me
  expires: 2999-12-31
"""
CORRELATION = """
title: Word often seen
id: 22222222-2222-4222-8222-222222222222
status: test
level: critical
correlation:
    type: event_count
    rules: [11111111-1111-4111-8111-111111111111]
    timespan: 1h
    condition: {gte: 2}
    generate: true
"""


@pytest.fixture
def allow(tmp_path: Path) -> str:
    (tmp_path / "allow.yml").write_text(ENTRY)
    return str(tmp_path / "allow.yml")


def search(words: Path, rules: str | list[str], **options: str) -> Hunt:
    (words / "a.words").write_text("words\nx\nevil\nbad\nevil\n")
    return hunt(words, rules=rules, workers=1, **options)  # type: ignore[arg-type]


def test_allowed_matches_make_no_findings_and_are_written_apart(
    words: Path, rules: str, allow: str, tmp_path: Path
) -> None:
    with search(words, rules, allow=allow) as found:
        assert (len(found.matches), found.findings) == (0, ())
        assert len(found.result.suppressed) == 2
        [rule] = [rule for rule in found.rules if rule.matches]
        assert (rule.status, rule.matches, rule.suppressed) == ("matched", 2, 2)
        found.write(tmp_path / "out")
    lines = (tmp_path / "out" / "suppressed.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["allowed.reason"] for row in rows] == ["it is a test"] * 2
    assert rows[0]["allowed.by"] == f"{allow}, line 2"
    assert rows[0]["fields"] == {"CommandLine": "cmd /c evil"}
    assert (tmp_path / "out" / "matches.jsonl").read_text() == ""
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["headline"].startswith("No finding is left: allow-lists took 2 matches out.")
    assert summary["totals"]["suppressed"] == 2
    [entry] = summary["allowances"]
    assert (entry["status"], entry["matches"]) == ("applied", 2)


def test_correlations_count_what_is_allowed(
    words: Path, rules: str, allow: str, tmp_path: Path
) -> None:
    (tmp_path / "often.yml").write_text(CORRELATION)
    with search(words, [rules, str(tmp_path / "often.yml")], allow=allow) as found:
        assert [finding.title for finding in found.findings] == ["Word often seen"]
        assert len(found.result.suppressed) == 2
    often = ENTRY.replace("Word seen", "Word often seen")
    Path(allow).write_text(often.replace("CommandLine: 'cmd /c evil'", "host: pc0*"))
    with search(words, [rules, str(tmp_path / "often.yml")], allow=allow) as found:
        assert [finding.title for finding in found.findings] == ["Word seen"]
        assert len(found.result.suppressed) == 1


def test_without_a_list_nothing_is_taken_and_an_old_file_goes(
    words: Path, rules: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "suppressed.jsonl").write_text("old\n")
    with search(words, rules) as found:
        assert (len(found.matches), len(found.result.suppressed)) == (2, 0)
        found.write(tmp_path / "out")
    assert (tmp_path / "out" / "suppressed.jsonl").read_text() == ""


def test_a_bad_list_is_told_before_anything_is_read(words: Path, rules: str, allow: str) -> None:
    Path(allow).write_text(ENTRY.replace("owner", "ownr"))
    with pytest.raises(UsageError, match="did you mean 'owner'"):
        search(words, rules, allow=allow)


def test_the_day_is_that_of_utc() -> None:
    before = datetime.now(UTC).date()
    assert before <= today() <= datetime.now(UTC).date()
