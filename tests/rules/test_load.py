"""Paths become a rule set in which every file is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.rules.load import load_rules

RULE = """\
title: {title}
id: {identity}
logsource: {{product: windows, service: security}}
detection: {{s: {{EventID: 4688}}, condition: s}}
"""
ONE = "00000000-0000-4000-8000-000000000001"
TWO = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    root.mkdir()
    (root / "b.yml").write_text(RULE.format(title="B", identity=ONE))
    (root / "a.yml").write_text(RULE.format(title="A", identity=TWO))
    (root / "c.yml").write_text("nothing: here")
    return root


def test_rules_come_in_the_order_of_their_paths(folder: Path) -> None:
    rules = load_rules([folder])
    assert [rule.path for rule in rules.rules] == ["set/a.yml", "set/b.yml"]
    assert [rule.path for rule in rules.skipped] == ["set/c.yml"]
    assert rules.origin == (str(folder),)


def test_a_repeated_id_is_kept_and_told_apart(folder: Path) -> None:
    (folder / "d.yml").write_text(RULE.format(title="D", identity=ONE))
    (folder / "e.yml").write_text(RULE.format(title="E", identity=ONE))
    rules = load_rules([folder]).rules
    assert [rule.id for rule in rules] == [TWO, ONE, f"{ONE}#2", f"{ONE}#3"]
    assert rules[2].description == f"[The id {ONE} is also that of set/b.yml.]"


def test_progress_counts_files(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    load_rules([folder], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_second_load_comes_from_the_cache(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = load_rules([folder], cache_dir=cache)
    calls: list[int] = []
    again = load_rules([folder], cache_dir=cache, progress=lambda done, _: calls.append(done))
    assert (again, again.digest, calls) == (first, first.digest, [])


def test_a_changed_file_is_parsed_anew(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_rules([folder], cache_dir=cache)
    (folder / "a.yml").write_text(RULE.format(title="Changed", identity=TWO))
    assert load_rules([folder], cache_dir=cache).rules[0].title == "Changed"


def test_the_same_files_elsewhere_are_the_same_set(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "set"
    other.parent.mkdir()
    digest = load_rules([folder]).digest
    folder.rename(other)
    assert load_rules([other]).digest == digest


def test_a_cache_that_cannot_be_written_stops_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert len(load_rules([folder], cache_dir=tmp_path / "file" / "cache").rules) == 2
