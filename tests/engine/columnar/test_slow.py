"""Slow questions are asked once for each distinct value, and get the slow truth's answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fakes.generated import CHANNEL, batch_of
from gamekeeper.engine.columnar import ColumnarEngine, slow
from gamekeeper.model.build import Event
from gamekeeper.rules.ir import And, LogSource, Op, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route
from gamekeeper.rules.truth import holds


def engine(*predicates: Predicate) -> ColumnarEngine:
    condition = And(predicates)
    rule = Rule("0", "", "low", "", LogSource(), condition)
    return ColumnarEngine(
        Plan(RuleSet((rule,)), (BoundRule(0, Route("windows.sysmon"), condition),))
    )


def events(*rows: list[tuple[str, str]]) -> list[Event]:
    return [Event(0, 0, event_id=1, system={"Channel": CHANNEL}, data=row) for row in rows]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []

    def counting(predicate: Predicate) -> Callable[[str], bool]:
        def ask(text: str) -> bool:
            texts.append(text)
            return holds(predicate, text)

        return ask

    monkeypatch.setattr(slow, "asking", counting)
    return texts


def test_a_value_is_asked_once_over_all_batches(asked: list[str]) -> None:
    fast = engine(Predicate("Image", Op.REGEX, "^[a-c]+$"))
    batch = batch_of(events(*[[("Image", "abc")], [("Image", "xyz")]] * 20))
    assert fast.match(batch).row.tolist() == list(range(0, 40, 2))
    fast.match(batch)
    assert sorted(asked) == ["abc", "xyz"]


def test_nothing_is_asked_where_the_rest_decides(asked: list[str]) -> None:
    fast = engine(Predicate("Image", Op.REGEX, "^a+$"), Predicate("User", Op.EQUALS, "root"))
    rows = events([("Image", "aa"), ("User", "me")], [("Image", "aaa"), ("User", "root")])
    assert fast.match(batch_of(rows)).row.tolist() == [1]
    assert asked == ["aaa"]


def test_a_value_without_the_required_text_is_not_asked(asked: list[str]) -> None:
    fast = engine(Predicate("Image", Op.REGEX, r"net\s+user"))
    assert len(fast.match(batch_of(events([("Image", "ipconfig /all")])))) == 0
    assert asked == []


def test_repeated_fields_are_asked_in_all_their_values() -> None:
    fast = engine(Predicate("Image", Op.GT, "10"))
    rows = events([("Image", "3"), ("Image", "30")], [("Image", "3"), ("Image", "0x1")])
    assert fast.match(batch_of(rows)).row.tolist() == [0]


def test_references_compare_every_value_with_every_other() -> None:
    fast = engine(Predicate("Image", Op.FIELD_EQUALS, "ParentImage"))
    rows = events(
        [("Image", "A"), ("ParentImage", "a")],
        [("Image", "a"), ("ParentImage", "b")],
        [("Image", "a")],
        [("Image", "x"), ("Image", "b"), ("ParentImage", "b")],
    )
    assert fast.match(batch_of(rows[:3])).row.tolist() == [0]
    assert fast.match(batch_of(rows)).row.tolist() == [0, 3]


def test_forgetting_does_not_change_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "_MEMORY", 3)
    fast = engine(Predicate("Image", Op.REGEX, "[05]$"))
    batch = batch_of(events(*([("Image", str(n) * 300)] for n in range(1, 21))))
    assert fast.match(batch).row.tolist() == [4, 9, 14, 19]
