from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.hunt.progress import NoProgress
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.rules import library


class Told(NoProgress):
    def __init__(self) -> None:
        self.stages: list[tuple[str, int]] = []
        self.done = 0

    def stage(self, name: str, total: int, unit: str) -> None:  # noqa: ARG002
        self.stages.append((name, total))

    def advance(self, amount: int, *, events: int = 0, matches: int = 0) -> None:  # noqa: ARG002
        self.done += amount


@pytest.fixture(autouse=True)
def places_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAMEKEEPER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GAMEKEEPER_HOME", str(tmp_path / "home"))


def test_without_a_wish_built_in_and_fetched_rules_are_taken(rules: str) -> None:
    builtin = load_plan(Request(("x",)), NoProgress())
    assert builtin.rules.rules
    library.update(str(Path(rules).parent))
    both = load_plan(Request(("x",)), NoProgress())
    assert {r.title for r in both.rules.rules} == {
        *(r.title for r in builtin.rules.rules),
        "Word seen",
    }


def test_parsing_is_told_of_and_happens_once(rules: str) -> None:
    first, second = Told(), Told()
    request = Request(("x",), rules=(rules,))
    assert load_plan(request, first) == load_plan(request, second)
    assert first.stages == [("loading rules", 0), ("parsing rules", 1)]
    assert first.done == 1
    assert second.stages == [("loading rules", 0)]


def test_what_is_asked_for_is_bound_and_nothing_else(rules: str) -> None:
    plan = load_plan(Request(("x",), rules=(rules,)), NoProgress())
    assert [rule.title for rule in plan.rules.rules] == ["Word seen"]
    assert {bound.route.dataset for bound in plan.bound} == {"windows.security", "windows.sysmon"}
