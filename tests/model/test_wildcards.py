from __future__ import annotations

from gamekeeper.model.wildcards import host_names, matches_any


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
