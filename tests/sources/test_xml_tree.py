from __future__ import annotations

import pytest

from gamekeeper.sources.xml_tree import BadXml, parse_xml, wrapped


def test_elements_lose_their_prefix_and_keep_attributes_in_order() -> None:
    root = parse_xml("<p:a b='1' p:c='2'>x<d>y</d>z</p:a>")
    assert (root.name, root.attributes, root.text) == ("a", ["b", "1", "p:c", "2"], "xz")
    assert [(child.name, child.text) for child in root.children] == [("d", "y")]


def test_attributes_may_hold_what_xml_forbids() -> None:
    assert parse_xml("<a b='&#1;\x02'/>").attributes == ["b", "\x01\x02"]


def test_an_attribute_given_twice_is_refused() -> None:
    with pytest.raises(BadXml, match="duplicate"):
        parse_xml("<a b='1' b='2'/>")


def test_a_fragment_becomes_one_document() -> None:
    assert [child.name for child in parse_xml(wrapped("\ufeff<a/><b/>")).children] == ["a", "b"]


def test_the_detail_says_where() -> None:
    with pytest.raises(BadXml) as caught:
        parse_xml("<a>\n</b>")
    assert caught.value.reason == "bad_xml"
    assert "line 2" in caught.value.detail
