"""Text on one visible line."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.visible import UNSEEN, escape_unseen, visible


@given(st.text())
def test_nothing_that_a_screen_obeys_is_left(text: str) -> None:
    shown = visible(text)
    assert not any(
        character < " " or character in "\x7f\x9b\u202e\u2028\ufeff" for character in shown
    )
    assert visible(shown) == shown


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_keeps_its_meaning(text: str) -> None:
    raw = escape_unseen(json.dumps(text, ensure_ascii=False).encode())
    assert json.loads(raw) == text
    assert "\u202e" not in raw.decode()


def test_plain_text_stays() -> None:
    assert visible("C:\\Users\\Ünïcode, ok") == "C:\\Users\\Ünïcode, ok"
    assert "\u200b" in UNSEEN or "\u200b-" in UNSEEN
