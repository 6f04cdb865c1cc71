"""Conditions that contradict themselves are found, and no other is called impossible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.engine.reference import match_fields
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate
from gamekeeper.rules.possible import can_be, implies

TEXTS = ("a", "b", "ab", "A", "", "a*b")


def leaf(name: str, op: Op, value: str, *, cased: bool = False) -> Predicate:
    return Predicate(name, op, value, cased)


ENDS = leaf("Image", Op.ENDSWITH, "\\cmd.exe")
HOLDS = leaf("image", Op.CONTAINS, "CMD")
IS = leaf("Image", Op.EQUALS, "C:\\cmd.exe")
NULL = Predicate("Image", Op.NULL)


@pytest.mark.parametrize(
    ("condition", "never", "always"),
    [
        (And((ENDS, Not(ENDS))), True, False),
        (And((ENDS, Not(HOLDS))), True, False),
        (And((HOLDS, Not(ENDS))), False, False),
        (And((IS, NULL)), True, False),
        (And((Predicate("A", Op.EXISTS, "false"), Predicate("A", Op.EQUALS, "x"))), True, False),
        (Or((ENDS, Not(ENDS))), False, True),
        (Or((NULL, Predicate("Image", Op.EXISTS, "true"))), False, True),
        (Or(()), True, False),
        (And(()), False, True),
        (And((Or((ENDS, IS)), Not(ENDS), Not(IS))), True, False),
        (And((Or((ENDS, leaf("B", Op.EQUALS, "x"))), Not(ENDS))), False, False),
        (And((leaf("EventID", Op.EQUALS, "1"), leaf("EventID", Op.EQUALS, "2"))), True, False),
        (And((leaf("Image", Op.EQUALS, "1"), leaf("Image", Op.EQUALS, "2"))), False, False),
        (And((leaf("", Op.CONTAINS, "ab"), Not(leaf("", Op.CONTAINS, "a")))), True, False),
    ],
)
def test_contradictions(condition: Node, never: bool, always: bool) -> None:
    assert can_be(condition, truth=True) is not never
    assert can_be(condition, truth=False) is not always


@pytest.mark.parametrize(
    ("one", "other", "possible"),
    [
        (leaf("A", Op.EQUALS, "x"), leaf("A", Op.EQUALS, "X"), True),
        (leaf("A", Op.EQUALS, "x"), leaf("A", Op.EQUALS, "y"), False),
        (leaf("A", Op.ENDSWITH, "\\cmd.exe"), leaf("A", Op.ENDSWITH, "md.exe"), True),
        (leaf("A", Op.ENDSWITH, "\\cmd.exe"), leaf("A", Op.ENDSWITH, "\\reg.exe"), False),
        (leaf("A", Op.STARTSWITH, "C:"), leaf("A", Op.EQUALS, "D:\\x"), False),
        (leaf("A", Op.CONTAINS, "x"), leaf("A", Op.CONTAINS, "y"), True),
        (leaf("Data", Op.EQUALS, "x"), leaf("Data", Op.EQUALS, "y"), True),
    ],
)
def test_fields_that_hold_one_value(one: Predicate, other: Predicate, possible: bool) -> None:
    assert can_be(And((one, other)), truth=True, one_value=True) is possible


def test_what_is_too_large_to_decide_counts_as_possible() -> None:
    pairs = [
        Or((leaf(f"F{n}", Op.EQUALS, "x"), leaf(f"F{n + 1}", Op.EQUALS, "x"))) for n in range(400)
    ]
    assert can_be(And((*pairs, ENDS, Not(ENDS))), truth=True) is False  # seen before any choice
    assert can_be(And(tuple(pairs)), truth=True)
    clash = [Or((And((ENDS, Not(HOLDS))), And((IS, Not(HOLDS))))) for _ in range(40)]
    assert can_be(And(tuple(pairs[:199] + clash)), truth=True) in {True, False}


def test_letters_that_fold_by_their_neighbours_prove_nothing() -> None:
    assert not implies(leaf("A", Op.CONTAINS, "ΑΣ"), leaf("A", Op.CONTAINS, "Σ"))


LEAVES = st.builds(
    Predicate,
    st.sampled_from(["A", "B"]),
    st.sampled_from([Op.EQUALS, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH]),
    st.sampled_from(TEXTS),
    st.booleans(),
) | st.builds(Predicate, st.sampled_from(["A", "B"]), st.just(Op.NULL))
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
EVENTS = st.dictionaries(
    st.sampled_from(["a", "b"]), st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2)
)


@given(TREES, EVENTS)
def test_what_an_event_shows_is_possible(condition: Node, event: dict[str, list[str]]) -> None:
    assert can_be(condition, truth=match_fields(condition, event))
    if all(len(values) == 1 for values in event.values()):
        assert can_be(condition, truth=match_fields(condition, event), one_value=True)
