"""A condition that lacks a field can hold or not, and is never called dead by mistake."""

from __future__ import annotations

from hypothesis import given, settings

from fakes.generated import batches, nodes
from gamekeeper.engine.presence import SILENT, can_hold, fields_of
from gamekeeper.engine.reference import match_fields, row_fields
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate

IMAGE = Predicate("Image", Op.ENDSWITH, "\\cmd.exe")
USER = Predicate("User", Op.EQUALS, "eve")


def test_a_conjunction_dies_with_any_field_and_a_disjunction_with_all() -> None:
    assert not can_hold(And((IMAGE, USER)), {"image"})
    assert can_hold(Or((IMAGE, USER)), {"image"})
    assert not can_hold(Or((IMAGE, USER)), {"image", "user"})


def test_a_negated_field_is_not_needed() -> None:
    assert can_hold(And((USER, Not(IMAGE))), {"image"})
    assert not can_hold(Not(Not(IMAGE)), {"image"})


def test_questions_that_silence_answers_can_hold() -> None:
    for predicate in (
        Predicate("Image", Op.NULL),
        Predicate("Image", Op.EXISTS, "true"),
        Predicate("Image", Op.EQUALS, ""),
        Predicate("Image", Op.EQUALS, "-"),
        Predicate("Image", Op.CONTAINS, "-"),
    ):
        assert can_hold(predicate, {"image"})
    assert can_hold(Predicate("", Op.CONTAINS, "word"), {"image"})


def test_fields_are_named_as_first_written() -> None:
    reference = Predicate("image", Op.FIELD_EQUALS, "ParentImage")
    keyword = Predicate("", Op.CONTAINS, "x")
    assert fields_of(And((IMAGE, reference, keyword))) == {
        "image": "Image",
        "parentimage": "ParentImage",
    }


@settings(max_examples=300, deadline=None)
@given(condition=nodes, batch=batches)
def test_what_holds_is_never_called_impossible(condition: Node, batch: EventBatch) -> None:
    for row in range(len(batch)):
        fields = row_fields(batch, row)
        silent = {
            name
            for name in fields_of(condition)
            if all(value in SILENT for value in fields.get(name, []))
        }
        if match_fields(condition, fields):
            assert can_hold(condition, silent)
