"""Which engine is asked depends on the pattern and the length of the text alone."""

from __future__ import annotations

import time

import pytest

from gamekeeper.rules.regexes import compiled, refusal, safe_length, search


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("abc", 1_000_000, 10_000_000),
        (r"[0-9]{1,3}\.[0-9]{1,3}", 100_000, 1_000_000),
        (r"net\s+user", 1_000, 10_000),
        (r"a.*b.*c", 50, 500),
        (r"(a+)+$", 0, 20),
        (r"(?:a|b+)*", 0, 20),
        (r".{1000,}", 1_000, 10_000),
    ],
)
def test_the_more_ways_back_the_shorter_the_text(pattern: str, least: int, most: int) -> None:
    assert least <= safe_length(pattern) <= most


def test_both_engines_answer_alike_at_the_border() -> None:
    pattern = r"a.*b.*c"
    length = safe_length(pattern)
    for size in (length - 1, length, length + 1, length + 2):
        text = "a" + "b" * (size - 2) + "c"
        assert search(pattern, "", text) is True
        assert search(pattern, "", text[:-1]) is False


def test_flags_reach_both_engines() -> None:
    for filling in ("", "x" * 5_000):
        assert search("A.*C", "is", "a\n" + filling + "c")
        assert not search("A.*C", "i", "a\n" + filling + "c")


def test_a_hostile_text_takes_little_time() -> None:
    start = time.perf_counter()
    assert not search(r'(?:.*\)){1,}.*"', "", ")" * 30_000)
    assert time.perf_counter() - start < 5


def test_reasons_for_refusal() -> None:
    assert refusal("a+b") == ""
    assert "compile" in refusal("(")
    assert "linear time" in refusal("(?=a)")
    assert "longer than" in refusal("a" * 20_000)


def test_python_s_warnings_stay_with_the_author() -> None:
    assert compiled("[[a]").search("[")
    assert search("[[a]+", "", "[" * 10_000)
