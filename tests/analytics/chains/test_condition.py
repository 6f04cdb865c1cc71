"""The grammar of conditions."""

from __future__ import annotations

import pytest

from gamekeeper.analytics.chains.condition import every, parse_condition
from gamekeeper.analytics.chains.ir import AtLeast, StepIs
from gamekeeper.errors import RuleError

A, B, C = StepIs("a"), StepIs("b"), StepIs("c")


def test_and_binds_before_or() -> None:
    assert parse_condition("a or b and c", "abc") == AtLeast(1, (A, AtLeast(2, (B, C))))


def test_brackets_bind_first() -> None:
    assert parse_condition("(a or b) and c", "abc") == AtLeast(2, (AtLeast(1, (A, B)), C))


def test_some_of_a_list_is_a_threshold() -> None:
    assert parse_condition("2 of (a, b, c)", "abc") == AtLeast(2, (A, B, C))


def test_all_of_a_list_is_every_one() -> None:
    assert parse_condition("all of (a, b)", "ab") == every("ab")


def test_one_step_stands_for_itself() -> None:
    assert every("a") == A


@pytest.mark.parametrize(
    "text", ["", "a and", "a b", "(a", "0 of (a)", "2 of (a)", "a, b", "not a"]
)
def test_what_has_no_meaning_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="condition"):
        parse_condition(text, "ab")


def test_nesting_has_a_limit() -> None:
    with pytest.raises(RuleError, match="nested"):
        parse_condition("(" * 50 + "a" + ")" * 50, "a")
