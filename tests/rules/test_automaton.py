"""The automaton finds what Python's re finds, and takes its time in proportion."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.rules.automaton import Automaton, BeyondAutomatonError

ATOMS = [
    "a", "b", " ", ".", "\\w", "\\s", "\\d", "\\W", "[ab]", "[^a]", "[k-m]", "\\b", "\\B", "^", "$",
    "\\A", "\\Z", "\\n", "(?i:S)", "(?s:.)", "(?m:^)", "(?m:$)", "(?a:\\w)",
]  # fmt: skip
PATTERNS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda ways: f"(?:{'|'.join(ways)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?", "{2,}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)
#: With the letters that Python takes for others where case does not matter.
TEXTS = st.text(alphabet="ab 1-\nASskKl_\u017f\u212a\u0131\u0130\u00a0\u00e9", max_size=9)
FLAGS = st.sampled_from([0, re.IGNORECASE, re.MULTILINE, re.DOTALL, re.IGNORECASE | re.MULTILINE])


@settings(max_examples=400, deadline=None)
@given(PATTERNS, FLAGS, TEXTS)
def test_it_finds_what_re_finds(pattern: str, flags: int, text: str) -> None:
    expected = re.search(pattern, text, flags) is not None
    assert Automaton(pattern, re.compile(pattern, flags).flags).search(text) is expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r'(?:.*\)){1,}.*"', ")" * 20_000),
        (r"(a+)+$", "a" * 20_000 + "b"),
        (r"\+.*\+.*\+.*\+.*\+.*\+x", "+" * 20_000),
        (r"(?:a|a?)+b", "a" * 20_000),
        (r"a.{1,64}b.{1,64}c", "ab" * 10_000),
    ],
)
def test_texts_that_hang_re_do_not_hang_it(pattern: str, text: str) -> None:
    start = time.perf_counter()
    assert Automaton(pattern, 0).search(text) is False
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("pattern", [r"(?=a)b", r"(?<!a)b", r"(a)\1", r"(?>a+)b", r"a++b"])
def test_what_is_beyond_it_is_said(pattern: str) -> None:
    with pytest.raises(BeyondAutomatonError, match="linear time"):
        Automaton(pattern, 0)


def test_states_are_bounded() -> None:
    with pytest.raises(BeyondAutomatonError, match="states"):
        Automaton("(?:a{100}){100}", 0)


def test_many_kinds_of_characters_do_not_fill_the_memory() -> None:
    automaton = Automaton("a.*b.*c", 0)
    text = "".join(map(chr, range(0x100, 0xD000))) * 2
    assert automaton.search("a" + text) is False
    assert automaton.search("a" + text + "bc") is True
    assert len(automaton._kinds) <= 20_000


def test_learnt_sets_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gamekeeper.rules.automaton._CACHE_LIMIT", 8)
    automaton = Automaton("a.{12}b", 0)
    text = "aababbaaabbbaababab" * 50
    assert automaton.search(text) is (re.search("a.{12}b", text) is not None)
    assert automaton.search("a" * 500) is False
    assert len(automaton._members) <= 8
