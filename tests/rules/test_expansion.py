"""Placeholders and lists; what a rule means with them stands in the golden table."""

from __future__ import annotations

import re

import pytest
from sigma.types import Placeholder, SigmaString, SpecialChars

from gamekeeper.errors import RuleError
from gamekeeper.rules import expansion
from gamekeeper.rules.expansion import Lists, expanded

STAR = SpecialChars.WILDCARD_MULTI


def parts(text: str, **lists: tuple[str, ...]) -> list[list[object]]:
    return [list(one.s) for one in expanded(text, Lists(lists))]


def test_text_without_placeholders_is_one_value() -> None:
    assert parts("100 %") == [["100 %"]]
    assert parts(r"\%a\% \\%%") == [["%a% \\%%"]]
    assert parts("") == [[]]
    assert list(expanded("a*b", Lists())[0].s) == list(SigmaString("a*b").s)


def test_lists_are_spliced_in_with_their_wildcards() -> None:
    assert parts(r"C:\\%a%\x", a=("b*", r"c\*")) == [["C:\\b", STAR, "\\x"], ["C:\\c*\\x"]]


def test_two_lists_give_every_pair_in_order() -> None:
    assert parts("%a%%b%", a=("1", "2"), b=("x", "y")) == [["1x"], ["1y"], ["2x"], ["2y"]]


def test_values_without_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "LIMIT", 3)
    assert len(parts("%a%", a=("1", "2", "3"))) == 3
    with pytest.raises(RuleError, match="more than 3 values of one"):
        parts("%a%%a%", a=("1", "2"))


def test_what_has_no_list_is_named() -> None:
    reason = (
        "placeholder %b% has no list of values: give it one with --placeholders FILE (Sigma specification, "
        'section Placeholders: they "get their final meaning at conversion or usage time of the rule")'
    )
    with pytest.raises(RuleError, match=re.escape(reason)):
        parts("%a%%b%", a=("1",))
    with pytest.raises(RuleError, match="%a% has an empty list"):
        parts("%a%", a=())


def test_open_lists_leave_placeholders_to_pipelines() -> None:
    (value,) = expanded("x%b%*", Lists(is_open=True))
    assert value.s == ["x", Placeholder("b"), STAR]
    with pytest.raises(RuleError):
        expanded("x%b%", Lists(is_open=True), is_regex=True)


def test_expressions_take_values_as_parts_of_them() -> None:
    lists = Lists({"a": ("x|y", r"\d*")})
    found = expanded("^%a%$", lists, is_regex=True)
    assert [value.original for value in found] == ["^x|y$", r"^\d*$"]
