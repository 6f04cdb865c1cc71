"""Compiled rules on disk."""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.made import batch_of
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.engine.columnar import engine as module
from gamekeeper.engine.columnar.kept import kept
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import Op, Predicate, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GAMEKEEPER_CACHE", str(tmp_path))
    return tmp_path / "programs"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of rules that were compiled, one entry a time."""
    done: list[int] = []
    make = module.DatasetMatcher

    class Counted(make):  # type: ignore[misc, valid-type]  # a class made here
        def __init__(self, bound: list[BoundRule]) -> None:
            done.append(len(bound))
            super().__init__(bound)

    Counted.__module__, Counted.__qualname__ = make.__module__, make.__qualname__
    monkeypatch.setattr(module, "DatasetMatcher", Counted)
    return done


def plan_of(text: str, digest: str) -> Plan:
    condition = Predicate("Image", Op.CONTAINS, text)
    bound = (BoundRule(0, Route("windows.sysmon"), condition),)
    return replace(Plan(RuleSet(()), bound), digest=digest)


def batch() -> EventBatch:
    channel = "Microsoft-Windows-Sysmon/Operational"
    return batch_of([{"Channel": channel, "Image": f"C:\\{name}.exe"} for name in ("evil", "good")])


def rows(plan: Plan) -> list[int]:
    return list(ColumnarEngine(plan).match(batch()).row.tolist())


def test_what_was_compiled_once_is_not_compiled_again_and_finds_the_same(
    compiled: list[int],
) -> None:
    found = [rows(plan_of("evil", "one")) for _ in range(3)]
    assert found == [[0]] * 3
    assert compiled == [1]


def test_other_rules_have_an_entry_of_their_own() -> None:
    assert (rows(plan_of("evil", "one")), rows(plan_of("good", "two"))) == ([0], [1])


def test_a_plan_that_nobody_vouches_for_is_not_kept(compiled: list[int], folder: Path) -> None:
    assert (rows(plan_of("evil", "")), rows(plan_of("good", ""))) == ([0], [1])
    assert compiled == [1, 1]
    assert not folder.exists()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, empty, Path.unlink])
def test_a_damaged_entry_is_made_anew(
    damage: Callable[[Path], None], folder: Path, compiled: list[int]
) -> None:
    rows(plan_of("evil", "one"))
    (entry,) = folder.iterdir()
    damage(entry)
    assert rows(plan_of("evil", "one")) == [0]
    assert rows(plan_of("evil", "one")) == [0]
    assert compiled == [1, 1]


class Hostile:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("made-by-a-pickle",)


def test_an_entry_that_names_anything_else_is_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(plan_of("evil", "one"))
    (entry,) = folder.iterdir()
    body = pickle.dumps(Hostile())
    entry.write_bytes(hashlib.sha256(body).digest() + body)
    monkeypatch.chdir(tmp_path)
    assert rows(plan_of("evil", "one")) == [0]
    assert not (tmp_path / "made-by-a-pickle").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_an_entry_that_others_may_write_is_not_read(folder: Path, compiled: list[int]) -> None:
    rows(plan_of("evil", "one"))
    (entry,) = folder.iterdir()
    entry.chmod(0o666)
    assert rows(plan_of("evil", "one")) == [0]
    assert compiled == [1, 1]


def test_something_else_under_the_name_is_not_taken() -> None:
    assert kept("digest", "dataset", dict, lambda: {1: 2}) == {1: 2}
    assert kept("digest", "dataset", list, lambda: [3]) == [3]


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GAMEKEEPER_CACHE", str(tmp_path / "file"))
    assert rows(plan_of("evil", "one")) == [0]
