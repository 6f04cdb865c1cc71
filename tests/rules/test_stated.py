"""What a document says of itself, made clean."""

from __future__ import annotations

from gamekeeper.rules import stated


def test_an_id_is_normal_or_made_from_the_content() -> None:
    assert stated.identity({"id": "{0E95725D-7320-415D-80F7-004DA920FC11}"}) == (
        "0e95725d-7320-415d-80f7-004da920fc11"
    )
    assert stated.identity({"id": "mine"}) == "mine"
    assert stated.identity({"title": "a"}) == stated.identity({"title": "a"})
    assert stated.identity({"title": "a"}) != stated.identity({"title": "b"})


def test_a_level_that_sigma_does_not_know_is_medium() -> None:
    assert [stated.level({"level": level}) for level in ("HIGH", "severe", None)] == [
        "high",
        "medium",
        "medium",
    ]


def test_texts_are_bounded_and_writable() -> None:
    assert stated.text("\ud800") == "?"
    assert len(stated.text("x" * 30_000)) == 20_000
    assert stated.text(["a"]) == ""
    assert stated.texts(["a", None, {}, "b"]) == ("a", "b")
    assert stated.texts("a") == ("a",)
