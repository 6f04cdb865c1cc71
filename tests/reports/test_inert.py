from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.incidents.json_text import quoted
from gamekeeper.reports.inert import (
    csv_safe,
    markdown_safe,
    script_safe,
    terminal_safe,
    visible,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("x\u202egpj.exe\u2066\u200b", "x\\u202egpj.exe\\u2066\\u200b"),
        ("\u2028\ufeff\U000e0041", "\\u2028\\ufeff\\U000e0041"),
        ("lone \udce9", "lone \\udce9"),
        ("Bücher 😀 中", "Bücher 😀 中"),
    ],
)
def test_control_characters_stand_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert terminal_safe(text) == shown


@given(st.text())
def test_a_terminal_is_given_one_printable_line(text: str) -> None:
    shown = terminal_safe(text)
    assert shown.isprintable() or not any(
        ord(character) < 0xA0 and not character.isprintable() for character in shown
    )
    assert "\n" not in shown
    assert "\x1b" not in shown


def test_huge_text_is_cut_and_says_so() -> None:
    assert terminal_safe("a" * 5_000, 10) == "aaaaaaaaaa… (4990 more characters)"


def test_marks_do_not_pile_up() -> None:
    assert terminal_safe("e" + "\u0301" * 50 + "x") == "e" + "\u0301" * 3 + "x"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "  ="])
def test_formulas_become_text(start: str) -> None:
    assert csv_safe(f"{start}cmd").startswith("'")


@pytest.mark.parametrize("text", ["", "cmd.exe", "a=b", "C:\\x", "'quoted'"])
def test_other_cells_stay(text: str) -> None:
    assert csv_safe(text) == text


def test_cells_hold_no_escape_sequences() -> None:
    assert csv_safe("\x1b[31mred\nline") == "\\x1b[31mred\\nline"


def test_markdown_stays_text() -> None:
    text = "<b> [x](javascript:y) `z` | *a* _b_ https://e.example @me\n# h &amp; $m$"
    safe = markdown_safe(text)
    assert safe == (
        "&lt;b&gt; \\[x\\]\\(javascript\\:y\\) \\`z\\` \\| \\*a\\* \\_b\\_ "
        "https\\://e\\.example \\@me\\\\n\\# h &amp;amp; \\$m\\$"
    )


@given(TEXT)
def test_json_in_a_script_keeps_its_value_and_its_place(text: str) -> None:
    raw = script_safe(quoted(text))
    assert json.loads(raw) == text
    assert not set(raw) & set("<>&\u2028\u2029")
