from __future__ import annotations

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.simulate.definitions import Mark, attribute_parts, definition_parts, text_parts
from gamekeeper.simulate.trees import Character, Element, Entity, Hole, Template
from gamekeeper.simulate.values import TEXT, UINT32


def test_every_size_that_opens_closes() -> None:
    inner = Element("B", (("y", Hole(TEXT)),), (Hole(UINT32, optional=True),))
    parts = definition_parts(Template(Element("A", (), (inner, "text"))))
    assert parts.count(Mark.OPENS) == parts.count(Mark.CLOSES) == 3
    assert [part for part in parts if isinstance(part, str)] == ["A", "B", "y"]


def test_an_optional_hole_hides_its_element() -> None:
    element = Element("A", (("x", Hole(TEXT)),), (Hole(UINT32, optional=True),))
    assert definition_parts(Template(element))[0] == b"\x41\x01\x00"
    plain = Element("A", (), (Hole(UINT32),))
    assert definition_parts(Template(plain))[0] == b"\x01\xff\xff"


def test_all_attributes_but_the_last_announce_another() -> None:
    parts = attribute_parts((("a", "1"), ("b", "2")), iter(()))
    assert [part[0] for part in parts if isinstance(part, bytes)] == [0x46, 0x05, 0x06, 0x05]


def test_references_stand_apart_from_text() -> None:
    assert text_parts(Entity("amp")) == [b"\x09", "amp"]
    assert text_parts(Character(10)) == [b"\x08\x0a\x00"]


def test_a_text_that_fits_into_no_record_is_refused() -> None:
    with pytest.raises(UsageError, match="does not fit"):
        text_parts("x" * 70_000)
