from __future__ import annotations

from gamekeeper.simulate import values
from gamekeeper.simulate.layouts import (
    Envelope,
    Rendering,
    WrittenEvent,
    classic_data,
    event_data,
    event_template,
    own_values,
    shared_values,
    system_head,
    system_values,
    text_tree,
    user_data,
)

_ENVELOPE = Envelope("P", "C", 1)


def test_the_system_template_has_a_hole_for_every_value() -> None:
    event = WrittenEvent(_ENVELOPE, None, (), "HOST", 0)
    bare = event_template("HOST", in_user_data=False, has_body=False)
    assert len(bare.holes) == len(system_values(event, 1))
    whole = event_template("HOST", in_user_data=True, has_body=True)
    assert whole.holes[-1].kind is values.FRAGMENT


def test_the_record_id_stands_in_for_an_event_without_one() -> None:
    own = WrittenEvent(_ENVELOPE, None, (), "HOST", 0, record_id=9)
    assert 9 in system_values(own, 12)
    assert 12 in system_values(WrittenEvent(_ENVELOPE, None, (), "HOST", 0), 12)


def test_layouts_number_their_holes_in_order() -> None:
    layout = event_data([("A", values.TEXT), ("", values.UINT8)], name="Marked", binary=True)
    assert layout.root.attributes == (("Name", "Marked"),)
    assert [h.kind for h in layout.template.holes] == [values.TEXT, values.UINT8, values.BINARY]
    assert layout.root.content[1].attributes == ()  # type: ignore[union-attr]


def test_classic_layouts_hold_strings_and_a_binary() -> None:
    assert [h.kind for h in classic_data().template.holes] == [values.TEXTS, values.BINARY]


def test_user_data_stands_below_its_own_element() -> None:
    layout = user_data("Told", [("A", values.TEXT)], xmlns="urn:x")
    tree = text_tree("HOST", layout, is_rendered=True)
    names = [node.name for node in tree.content]  # type: ignore[union-attr]
    assert names == ["System", "UserData", "RenderingInfo"]


def test_a_rendering_without_keywords_has_none() -> None:
    assert Rendering("text").values()[-1] is None
    assert Rendering("text", keywords=("a",)).values()[-1] == ("a",)


def test_shared_and_own_values_make_up_all() -> None:
    event = WrittenEvent(_ENVELOPE, None, (), "HOST", 0)
    assert [*shared_values(_ENVELOPE), *own_values(event, 3)] == system_values(event, 3)


def test_the_head_of_a_kind_is_made_once() -> None:
    template = event_template("HOST", in_user_data=False, has_body=False)
    assert system_head(template, _ENVELOPE) is system_head(template, _ENVELOPE)
