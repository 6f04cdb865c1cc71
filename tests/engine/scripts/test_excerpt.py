"""Long texts are shown where the words of a rule stand."""

from __future__ import annotations

from gamekeeper.engine.scripts.excerpt import WHOLE, excerpt, words
from gamekeeper.rules.ir import And, Not, Op, Or, Predicate


def test_a_short_text_is_shown_in_full() -> None:
    assert excerpt("x" * WHOLE, ["x"]) == "x" * WHOLE


def test_a_long_text_is_shown_at_its_beginning_and_around_words() -> None:
    text = "BEGIN" + "." * 50_000 + "Invoke-Evil" + "." * 50_000 + "END"
    shown = excerpt(text, ["invoke-evil", "absent", ""])
    assert shown.startswith("BEGIN")
    assert "Invoke-Evil" in shown
    assert "END" not in shown
    assert " [… 48,725 characters …] " in shown
    assert shown.endswith(" [… 49,758 characters …] ")
    assert len(shown) < 2_000


def test_words_that_stand_together_are_one_place() -> None:
    text = "." * 40_000 + "one two" + "." * 40_000
    assert excerpt(text, ["one", "two"]).count("[…") == 2


def test_a_text_with_thousands_of_words_stays_short() -> None:
    text = "".join(f"w{n:05d}" + "." * 1_000 for n in range(1_000))
    assert len(excerpt(text, [f"w{n:05d}" for n in range(1_000)])) < 24_000


def test_words_are_the_literals_of_a_field_and_of_keywords() -> None:
    glob = Predicate("X", Op.GLOB, "a*b", parts=(("lit", "a"), ("any", ""), ("lit", "b")))
    other = Predicate("Y", Op.CONTAINS, "other")
    node = And((Or((Predicate("x", Op.CONTAINS, "c"), glob)), Not(Predicate("", Op.EQUALS, "k"))))
    assert list(words(And((node, other, Predicate("x", Op.REGEX, "r"))), "x")) == [
        "c",
        "a",
        "b",
        "k",
    ]
