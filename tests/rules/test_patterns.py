"""Wildcards become the cheapest operator that says the same."""

from __future__ import annotations

import pytest

from gamekeeper.rules.ir import Op, Or, Predicate
from gamekeeper.rules.patterns import Parts, text_predicate

ANY, ONE = ("any", ""), ("one", "")
CASES: list[tuple[Parts, Op, str]] = [
    ((), Op.EQUALS, ""),
    ((("lit", "x"),), Op.EQUALS, "x"),
    ((ANY, ("lit", "x"), ANY), Op.CONTAINS, "x"),
    ((("lit", "x"), ANY), Op.STARTSWITH, "x"),
    ((ANY, ANY, ("lit", "x")), Op.ENDSWITH, "x"),
    ((("lit", "x"), ("lit", "y")), Op.EQUALS, "xy"),
    ((("lit", "x"), ANY, ("lit", "y")), Op.GLOB, "x*y"),
    ((ONE,), Op.GLOB, "?"),
    ((ANY,), Op.GLOB, "*"),
]


@pytest.mark.parametrize(("parts", "op", "value"), CASES)
def test_operator_of_a_pattern(parts: Parts, op: Op, value: str) -> None:
    node = text_predicate("Field", parts)
    assert isinstance(node, Predicate)
    assert (node.op, node.value) == (op, value)


def test_a_keyword_may_stand_anywhere() -> None:
    assert text_predicate("", (("lit", "x"),)) == Predicate("", Op.CONTAINS, "x")


def test_a_number_is_asked_in_both_spellings() -> None:
    node = text_predicate("LogonType", (("lit", "10"),), is_number=True)
    assert node == Or(
        (Predicate("LogonType", Op.EQUALS, "10"), Predicate("LogonType", Op.EQUALS, "0xa"))
    )


@pytest.mark.parametrize("name", ["EventID", "eventid", "EventRecordID"])
def test_integer_columns_are_decimal(name: str) -> None:
    node = text_predicate(name, (("lit", "4688"),), is_number=True)
    assert node == Predicate(name, Op.EQUALS, "4688")
