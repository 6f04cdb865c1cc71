"""What is called required is in every value that the pattern is found in."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.generated import REGEXES, texts
from gamekeeper.engine.columnar.regex_literals import ODD_LETTERS, required
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import And, Node, Op, Or, Predicate
from gamekeeper.rules.truth import holds


def regex(pattern: str, flags: str = "") -> Predicate:
    return Predicate("f", Op.REGEX, pattern, flags=flags)


def stands(node: Node | None, folded: str) -> bool:
    if node is None:
        return True
    if isinstance(node, Predicate):
        assert node.op is Op.CONTAINS
        return node.value in folded
    assert isinstance(node, And | Or)
    found = [stands(child, folded) for child in node.children]
    return all(found) if isinstance(node, And) else any(found)


def written(node: Node | None) -> set[str]:
    if node is None:
        return set()
    if isinstance(node, Predicate):
        return {node.value}
    assert isinstance(node, And | Or)
    return set().union(*map(written, node.children))


@given(st.sampled_from(REGEXES), st.sampled_from(("", "i", "ims")), texts)
def test_it_is_never_wrong(pattern: str, flags: str, value: str) -> None:
    predicate = regex(pattern, flags)
    if holds(predicate, value) and ODD_LETTERS.isdisjoint(value):
        assert stands(required(predicate), fold(value))


def test_only_the_odd_letters_stand_for_ascii_letters_that_they_do_not_fold_to() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    odd = {
        chr(code)
        for code in range(128, sys.maxunicode + 1)
        for match in [re.match("[a-z]", chr(code), re.IGNORECASE)]
        if match and not any(fold(chr(code)) == letter for letter in letters)
    }
    assert odd <= ODD_LETTERS


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"net\s+user", {"net", "user"}),
        (r"[Pp]rogram[Dd]ata\\", {"programdata\\"}),
        (r"(?:abc|defg)x+", {"abc", "defg"}),
        (r"(ab){2}c", {"ababc"}),
        (r"a{3}", {"aaa"}),
        (r"xy?z", set()),
        (r"(?:abc|)", set()),
        (r"(?!abc)def", {"def"}),
        (r"^abc$", {"abc"}),
        (r"[^a]\w.", set()),
        (r"\.exe\s", {".exe"}),
        (r"\s-\s*<", {"<"}),
    ],
)
def test_what_is_found(pattern: str, expected: set[str]) -> None:
    assert written(required(regex(pattern))) == expected
