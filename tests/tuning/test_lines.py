from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.model.names import NO_NAMES, Names
from gamekeeper.tuning.lines import MatchLines, names_beside

ROW = {
    "rule.id": "r",
    "rule.title": "t",
    "rule.level": "low",
    "event.id": "0:1",
    "host.name": None,
    "event.code": 1,
    "fields": {"a": "b"},
}


def test_lines_that_are_no_match_are_counted(tmp_path: Path) -> None:
    bad = [b"{", b"[]", b'{"rule.id": 1}', json.dumps(ROW | {"fields": "x"}).encode(), b"\xff"]
    path = tmp_path / "matches.jsonl"
    path.write_bytes(b"\n".join([json.dumps(ROW).encode(), *bad, b"", json.dumps(ROW).encode()]))
    lines = MatchLines(path)
    first, second = lines
    assert first == second
    assert (first.rule, first.host, first.event_code, first.fields) == ("r", "", 1, {"a": "b"})
    assert lines.damaged == len(bad)


def test_a_file_that_is_not_there_is_bad_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        list(MatchLines(tmp_path / "absent.jsonl"))


def test_names_stand_beside_the_matches(tmp_path: Path) -> None:
    path = tmp_path / "matches.jsonl"
    assert names_beside(path) == NO_NAMES
    (tmp_path / "summary.json").write_text('{"names": {"hosts": ["kazu"], "accounts": []}}')
    assert names_beside(path) == Names(frozenset({"kazu"}))
    (tmp_path / "summary.json").write_text('{"names": 1}')
    assert names_beside(path) == NO_NAMES
