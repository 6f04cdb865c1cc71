from __future__ import annotations

from gamekeeper.simulate.trees import Element, Hole, Template, hash_words
from gamekeeper.simulate.values import GUID, TEXT, UINT32


def _tree(last: str = "C") -> Element:
    inner = Element("B", (("y", Hole(GUID)),), (Hole(UINT32),))
    return Element("A", (("x", Hole(TEXT)),), (inner, "text", Element(last)))


def test_holes_come_in_document_order() -> None:
    assert [hole.kind for hole in Template(_tree()).holes] == [TEXT, GUID, UINT32]


def test_equal_trees_share_a_guid_and_others_do_not() -> None:
    assert Template(_tree()).guid == Template(_tree()).guid
    assert Template(_tree()).guid != Template(_tree("D")).guid


def test_a_name_hashes_as_windows_does() -> None:
    words = [ord(c) for c in "Event"]
    assert hash_words(words) & 0xFFFF == 0x0CBA


def test_a_head_is_what_the_first_values_become() -> None:
    template = Template(_tree())
    head = template.head(["ab"])
    assert head.raw == b"a\0b\0"
    assert head.words == (4 | TEXT.code << 16,)
    assert template.head([None]).words == (0,)
