from __future__ import annotations

from gamekeeper.model.wildcards import host_names, is_pattern, matches_any


def test_only_two_signs_of_a_pattern_are_special() -> None:
    assert matches_any(("a[b]*",), "A[B]c")
    assert not matches_any(("a[b]",), "ab")
    assert not matches_any((), "anything")


def test_one_pattern_of_several_is_enough() -> None:
    assert matches_any(("x", "dc?"), "ws", "DC1")
    assert not matches_any(("x", "dc?"), "dc10")


def test_a_host_answers_to_its_first_name_too() -> None:
    assert host_names("dc01.example.org") == ("dc01.example.org", "dc01")
    assert host_names("dc01") == ("dc01", "dc01")


def test_a_wildcard_crosses_lines() -> None:
    assert matches_any(("a*b",), "a\nb")


def test_names_without_signs_are_no_patterns() -> None:
    assert [is_pattern(name) for name in ("dc01", "dc*", "dc0?", "")] == [False, True, True, False]
