"""Sigma conditions become trees; what is no condition says why."""

from __future__ import annotations

import pytest

from gamekeeper.errors import RuleError
from gamekeeper.rules.conditions import parse_condition
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate

A, B, C, HIDDEN = (Predicate(name, Op.EQUALS, "x") for name in ("a", "b", "c", "_h"))
NAMES: dict[str, Node] = {"sel_a": A, "sel_b": B, "filter-c": C, "_hidden": HIDDEN}

CASES: dict[str, Node] = {
    "sel_a": A,
    "sel_a and sel_b": And((A, B)),
    "sel_a or sel_b and filter-c": Or((A, And((B, C)))),
    "(sel_a or sel_b) and filter-c": And((Or((A, B)), C)),
    "not sel_a and sel_b": And((Not(A), B)),
    "not (sel_a and sel_b)": Not(And((A, B))),
    "not not sel_a": Not(Not(A)),
    "sel_a AND NOT filter-c": And((A, Not(C))),
    "1 of sel_*": Or((A, B)),
    "any of sel_*": Or((A, B)),
    "all of sel_*": And((A, B)),
    "all of them": And((A, B, C)),
    "1 of THEM": Or((A, B, C)),
    "1 of *_b": B,
    "1 of _*": HIDDEN,
    "_hidden": HIDDEN,
    "not 1 of filter* and sel_a": And((Not(C), A)),
    "sel_a and\n  sel_b": And((A, B)),
}


@pytest.mark.parametrize("text", CASES)
def test_condition_becomes_its_tree(text: str) -> None:
    assert parse_condition(text, NAMES) == CASES[text]


WRONG = {
    "": "ends where",
    "sel_a and": "ends where",
    "sel_x": "no detection named 'sel_x'",
    "sel_a sel_b": "'sel_b' is not expected",
    "(sel_a": "closing bracket",
    "sel_a)": "not expected",
    "2 of sel_*": "2 of",
    "1 of nothing*": "names no detection",
    "sel_a | count() > 5": "aggregation",
    "sel_a & sel_b": "'&' is not expected",
    "(" * 100: "nested deeper",
    "not " * 100 + "sel_a": "nested deeper",
    "sel_a or " * 5_000 + "sel_a": "longer than",
}


@pytest.mark.parametrize("text", WRONG, ids=[text[:20] for text in WRONG])
def test_what_is_no_condition_says_why(text: str) -> None:
    with pytest.raises(RuleError, match=WRONG[text].replace("(", r"\(")):
        parse_condition(text, NAMES)


def test_a_detection_may_be_called_like_an_operator() -> None:
    assert parse_condition("AND or sel_a", {"AND": B, "sel_a": A}) == Or((B, A))
