"""Texts, maps and lengths of time as chain files state them."""

from __future__ import annotations

import pytest

from gamekeeper.analytics.chains.stating import (
    a_map,
    entries,
    flag,
    seconds,
    span_text,
    texts,
    whole,
)
from gamekeeper.errors import RuleError


@pytest.mark.parametrize(
    ("text", "length_s"), [("30s", 30), ("2h", 7200), ("1w", 604_800), ("5y", 157_680_000)]
)
def test_lengths_of_time_have_one_unit(text: str, length_s: int) -> None:
    assert seconds(text, "within") == length_s


@pytest.mark.parametrize("text", ["", "0s", "5", "1M", "1h30m", "-1d", None, 5])
def test_other_lengths_are_refused(text: object) -> None:
    with pytest.raises(RuleError, match="within"):
        seconds(text, "within")


@pytest.mark.parametrize(
    ("length_s", "text"),
    [(60, "1 minute"), (86_400, "1 day"), (31_536_000 * 5, "5 years"), (61, "61 seconds")],
)
def test_a_length_is_told_in_its_largest_whole_unit(length_s: int, text: str) -> None:
    assert span_text(length_s) == text


def test_a_map_may_hold_what_is_known_only() -> None:
    assert a_map({"a": 1}, "x", {"a", "b"}) == {"a": 1}
    with pytest.raises(RuleError, match="nobody reads 'c'"):
        a_map({"c": 1}, "x", {"a", "b"})


def test_names_keep_their_order() -> None:
    assert [name for name, _ in entries({"b": 1, "a": 2}, "x")] == ["b", "a"]


def test_no_list_is_an_empty_one() -> None:
    assert texts(None, "x") == ()


def test_true_is_no_number_and_a_number_no_flag() -> None:
    with pytest.raises(RuleError, match="a number from 1 on"):
        whole(True, "x", 1)
    with pytest.raises(RuleError, match="true or false"):
        flag(1, "x")
