from __future__ import annotations

import pytest

from gamekeeper.authoring.cost import CostClass, cost_of, slow_expressions
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate

EVENT = Predicate("EventID", Op.EQUALS, "4688")
IMAGE = Predicate("Image", Op.ENDSWITH, "\\CMD.exe")
LINE = Predicate("CommandLine", Op.CONTAINS, "/very/rare/text")


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (EVENT, CostClass.SETTLED),
        (Or((EVENT, Not(EVENT))), CostClass.SETTLED),
        (And((EVENT, IMAGE)), CostClass.WITNESSED),
        (Or((EVENT, IMAGE)), CostClass.EVERY_EVENT),
        (Not(IMAGE), CostClass.EVERY_EVENT),
        (Predicate("Image", Op.REGEX, "[a-z]"), CostClass.EVERY_EVENT),
    ],
)
def test_on_how_many_events_a_condition_is_judged(condition: Node, kind: CostClass) -> None:
    assert cost_of(condition).kind is kind


def test_witnesses_are_the_rarest_texts_under_the_rules_own_names() -> None:
    assert cost_of(And((IMAGE, LINE))).witnesses == ("CommandLine contains '/very/rare/text'",)
    assert len(cost_of(Or((IMAGE, LINE))).witnesses) == 2
    assert cost_of(Predicate("", Op.CONTAINS, "x")).witnesses == ("any field contains 'x'",)


def test_expressions_are_slow_for_one_of_two_reasons() -> None:
    slow = Predicate("A", Op.REGEX, "(a+b*)+xyz")
    blank = Predicate("A", Op.REGEX, "^[0-9]{3}$")
    quick = Predicate("A", Op.REGEX, "evil[0-9]")
    told = dict(slow_expressions(And((slow, blank, quick, IMAGE, slow))))
    assert list(told) == [slow, blank]
    assert "slower reader" in told[slow]
    assert "no fixed text" in told[blank]
