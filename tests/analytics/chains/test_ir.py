"""What a body says of its own steps."""

from __future__ import annotations

from gamekeeper.analytics.chains.condition import parse_condition
from gamekeeper.analytics.chains.ir import Body, Step, may_hold, named


def body(condition: str) -> Body:
    steps = tuple(Step(name, name) for name in "abcd")
    return Body(steps, ("host",), 60, parse_condition(condition, "abcd"))


def test_what_nothing_can_stand_for_is_required() -> None:
    assert body("a and (b or c) and d").required() == ("a", "d")
    assert body("3 of (a, b, c, d)").required() == ()


def test_a_condition_may_hold_with_enough_of_its_steps() -> None:
    condition = parse_condition("a and 2 of (b, c, d)", "abcd")
    assert may_hold(condition, {"a", "b", "d"})
    assert not may_hold(condition, {"b", "c", "d"})


def test_a_condition_names_its_steps_in_order() -> None:
    assert list(named(parse_condition("c and (a or b)", "abc"))) == ["c", "a", "b"]


def test_a_step_is_found_by_its_name() -> None:
    assert body("all of (a, b, c, d)").step("c").name == "c"
