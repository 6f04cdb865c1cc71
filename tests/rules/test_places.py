from __future__ import annotations

from gamekeeper.rules.places import Place, Places

TEXT = b"""\
title: x
tags:
  - a
  - b
detection:
  sel:
    - Image: 1
      Image: 2
  title: z
---
id: 1
id: 2
"""


def test_keys_and_items_have_a_place() -> None:
    places = Places(TEXT)
    assert places.of(0, ("tags", "1")) == Place(4, 5)
    assert places.of(0, ("detection", "sel", "0", "Image")) == Place(7, 7)
    assert places.of(1, ("id",)) == Place(11, 1)


def test_what_is_not_there_has_the_place_of_what_is_around_it() -> None:
    places = Places(TEXT)
    assert places.of(0, ("detection", "absent", "x")) == Place(5, 1)
    assert places.of(0, ("absent",)) == Place(1, 1)
    assert places.of(7, ("absent",)) == Place(0, 0)


def test_keys_that_stand_twice_in_one_map() -> None:
    places = Places(TEXT)
    assert list(places.repeated(0)) == [("Image", Place(7, 7), Place(8, 7))]
    assert list(places.repeated(1)) == [("id", Place(11, 1), Place(12, 1))]


def test_what_an_alias_names_is_looked_at_once() -> None:
    places = Places(b"a: &x {k: 1, k: 2}\nb: *x\nc: [*x, *x]\n")
    assert list(places.repeated(0)) == [("k", Place(1, 8), Place(1, 14))]


def test_an_empty_document_has_nothing() -> None:
    places = Places(b"---\n---\na: 1\n")
    assert list(places.repeated(0)) == []
    assert places.of(1, ("a",)) == Place(3, 1)
