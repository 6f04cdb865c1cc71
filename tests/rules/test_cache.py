"""A cache entry is whole or it is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.rules import cache
from gamekeeper.rules.ir import LogSource, Op, Predicate, Rule, RuleSet, SkippedRule

RULES = RuleSet(
    (Rule("i", "T", "low", "", LogSource("windows"), Predicate("F", Op.EQUALS, "x")),),
    (SkippedRule("", "", "p", "r"),),
    digest="d",
)


def entry(folder: Path) -> Path:
    (path,) = folder.glob("rules-*.json")
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    cache.write(tmp_path / "new", RULES)
    assert cache.read(tmp_path / "new", "d") == RULES
    assert cache.read(tmp_path / "new", "other") is None
    assert cache.read(tmp_path / "absent", "d") is None


@pytest.mark.parametrize("damage", ["", "x", "half", "flip", "empty object"])
def test_damage_is_no_entry(tmp_path: Path, damage: str) -> None:
    cache.write(tmp_path, RULES)
    path = entry(tmp_path)
    data = bytearray(path.read_bytes())
    if damage == "half":
        data = data[: len(data) // 2]
    elif damage == "flip":
        data[-3] ^= 1
    elif damage == "empty object":
        import hashlib  # noqa: PLC0415 - only here

        data = bytearray(hashlib.sha256(b"{}").hexdigest().encode() + b"{}")
    else:
        data = bytearray(damage.encode())
    path.write_bytes(data)
    assert cache.read(tmp_path, "d") is None


def test_old_entries_go_and_no_partial_file_stays(tmp_path: Path) -> None:
    for number in range(12):
        cache.write(tmp_path, RuleSet((), digest=str(number)))
    assert len(list(tmp_path.iterdir())) == 8
    assert cache.read(tmp_path, "11") is not None


def test_other_code_has_other_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write(tmp_path, RULES)
    monkeypatch.setattr(cache, "_code_digest", lambda: "another version")
    assert cache.read(tmp_path, "d") is None
