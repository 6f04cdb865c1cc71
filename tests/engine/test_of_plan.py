from __future__ import annotations

from gamekeeper.engine.of_plan import forget, of_plan
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.plan import Plan


class Made:
    """Something that is made of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan


def plan() -> Plan:
    return Plan(RuleSet(()), ())


def test_what_is_made_of_a_plan_is_made_once() -> None:
    one = plan()
    made = of_plan(one, Made)
    assert made.plan is one
    assert of_plan(one, Made) is made
    assert of_plan(one, id) == id(one)


def test_another_plan_has_its_own_even_where_it_says_the_same() -> None:
    one, other = plan(), plan()
    made = of_plan(one, Made)
    assert of_plan(other, Made).plan is other
    assert of_plan(one, Made) is not made


def test_what_is_forgotten_is_made_anew() -> None:
    one = plan()
    made = of_plan(one, Made)
    forget()
    assert of_plan(one, Made) is not made
