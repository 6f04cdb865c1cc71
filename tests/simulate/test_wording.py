from __future__ import annotations

from random import Random

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.simulate.wording import guid_of, say


def test_the_scene_comes_before_the_lists() -> None:
    assert say("{user}", {"user": "mine"}, {"user": ["listed"]}, Random(1)) == "mine"


def test_drawn_words_may_hold_placeholders() -> None:
    text = say("{document}", {}, {"document": ["Invoice_{7..7}.pdf"]}, Random(1))
    assert text == "Invoice_7.pdf"


def test_hexadecimal_has_the_wanted_digits() -> None:
    text = say("{hex:12}", {}, {}, Random(1))
    assert len(text) == 12
    assert int(text, 16) >= 0


@pytest.mark.parametrize(
    "text",
    ["{ $_.Status -ne 1 }", "{222A245B-E637-4AE9-A93F-A59CA119A75E}", "@{LogName=1}", "plain"],
)
def test_braces_that_are_no_placeholder_stay(text: str) -> None:
    assert say(text, {}, {}, Random(1)) == text


def test_an_unknown_name_is_a_fault_of_the_content() -> None:
    with pytest.raises(ContentError, match="nobody"):
        say("{nobody}", {}, {}, Random(1))


def test_guids_follow_the_generator() -> None:
    assert guid_of(Random(5)) == guid_of(Random(5))
    assert guid_of(Random(5)).version == 4
