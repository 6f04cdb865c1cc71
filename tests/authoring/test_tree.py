from __future__ import annotations

import pytest

from gamekeeper.authoring.tree import as_json, lines, sentence
from gamekeeper.rules.ir import And, Not, Op, Or, Predicate

A = Predicate("Image", Op.ENDSWITH, "\\a.exe")
B = Predicate("Image", Op.ENDSWITH, "\\b.exe")
C = Predicate("User", Op.NULL)


def test_alike_predicates_stand_in_one_line_and_branches_of_a_kind_are_one() -> None:
    node = And((Or((A, B)), And((C, Not(Or((A, And((B, C)))))))))
    assert lines(node) == [
        "all of",
        "├─ Image ends with any of: '\\a.exe', '\\b.exe'",
        "├─ User is absent",
        "└─ not: any of",
        "   ├─ Image ends with '\\a.exe'",
        "   └─ all of",
        "      ├─ Image ends with '\\b.exe'",
        "      └─ User is absent",
    ]


def test_one_predicate_is_one_line() -> None:
    assert lines(A) == ["Image ends with '\\a.exe'"]
    assert lines(Not(Not(C))) == ["not: not: User is absent"]
    assert lines(Or(())) == ["never"]
    assert lines(And(())) == ["always"]


@pytest.mark.parametrize(
    ("predicate", "text"),
    [
        (Predicate("", Op.CONTAINS, "x"), "any field contains 'x'"),
        (Predicate("A", Op.EXISTS, "true"), "A is there"),
        (Predicate("A", Op.EXISTS, "false"), "A is not there"),
        (Predicate("A", Op.TIME_PART, "3", part="hour"), "the hour of A is 3"),
        (Predicate("A", Op.REGEX, "1", flags="i"), "A matches '1' (i)"),
        (Predicate("A", Op.EQUALS, "x", cased=True), "A is (case counts) 'x'"),
        (Predicate("A", Op.FIELD_EQUALS, "B"), "A equals field 'B'"),
    ],
)
def test_predicates_in_words(predicate: Predicate, text: str) -> None:
    assert sentence([predicate], "") == text


def test_every_operator_has_words() -> None:
    for op in Op:
        assert sentence([Predicate("A", op, "1")], "")


def test_the_tree_as_objects() -> None:
    leaf = {"field": "User", "op": "null", "value": "", "cased": False, "flags": ""}
    assert as_json(And((Not(C), And((C,))))) == {"all": [{"not": leaf}, leaf]}
