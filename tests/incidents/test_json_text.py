from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.incidents.json_text import dumps, escape_unseen, quoted, utf8

HOSTILE = "\x1b[31m\x7f\x9b2J\u202eabc\u2066\u200b\ufeff\u2028\U000e0041é😀"


def test_unseen_characters_are_escaped_and_the_value_stays() -> None:
    raw = dumps({"k": HOSTILE})
    assert json.loads(raw) == {"k": HOSTILE}
    assert raw == (
        rb'{"k":"\u001b[31m\u007f\u009b2J\u202eabc\u2066\u200b\ufeff\u2028\udb40\udc41'
        + "é😀".encode()
        + b'"}'
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    assert json.loads(quoted(text)) == text
    assert all(ord(character) >= 0x20 for character in quoted(text))


@pytest.mark.parametrize("value", ["caf\udce9", ["caf\udce9"], {"caf\udce9": ("x", 2**70)}])
def test_what_json_cannot_carry_becomes_text(value: object) -> None:
    assert b"caf\\\\udce9" in dumps(value)


def test_bytes_are_hexadecimal_and_odd_keys_text() -> None:
    assert dumps({1: b"\x00\xff", "n": 2**70}) == b'{"1":"00ff","n":"1180591620717411303424"}'


def test_plain_ascii_is_left_alone() -> None:
    raw = b'{"a":1}'
    assert escape_unseen(raw) is raw


def test_pretty_is_indented() -> None:
    assert dumps({"a": 1}, pretty=True) == b'{\n  "a": 1\n}'


def test_utf8_keeps_what_is_utf8() -> None:
    assert utf8("C:\\Bücher") == "C:\\Bücher"
