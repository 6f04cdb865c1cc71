"""Where we read a modifier as the specification does and pySigma does not."""

from __future__ import annotations

import pytest
from sigma.modifiers import modifier_mapping

from gamekeeper.rules.ir import Op, Or, Predicate, predicates
from gamekeeper.rules.modifiers import DASHES, MODIFIERS
from gamekeeper.rules.pysigma import detection_node


def texts(modifiers: str, value: str) -> list[str]:
    return [p.value for p in predicates(detection_node("selection", {f"F|{modifiers}": value}))]


def test_no_modifier_of_pysigma_is_lost() -> None:
    assert modifier_mapping.keys() - MODIFIERS.keys() == set()


@pytest.mark.parametrize(
    ("modifiers", "text"),
    [
        ("utf16le|base64", "6QA="),
        ("wide|base64", "6QA="),
        ("utf16be|base64", "AOk="),
        ("utf16|base64", "//7pAA=="),
        ("base64", "w6k="),
    ],
)
def test_letters_beyond_ascii_have_encodings(modifiers: str, text: str) -> None:
    assert texts(modifiers, "\u00e9") == [text]


def test_the_places_of_encoded_letters() -> None:
    assert texts("wide|base64offset", "\u00e9a") == ["6QBhA", "kAYQ", "pAGEA"]


@pytest.mark.parametrize("dash", DASHES)
def test_any_dash_stands_for_all_five(dash: str) -> None:
    node = detection_node("selection", {"F|windash": f" {dash}a"})
    assert node == Or(tuple(Predicate("F", Op.EQUALS, f" {other}a") for other in DASHES))
