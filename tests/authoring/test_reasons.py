from __future__ import annotations

from gamekeeper.authoring.reasons import Reason, why
from gamekeeper.rules.ir import And, Not, Op, Or, Predicate

IMAGE = Predicate("Image", Op.ENDSWITH, "\\cmd.exe")
OTHER = Predicate("Image", Op.ENDSWITH, "\\reg.exe")
USER = Predicate("User", Op.EQUALS, "bob")
EVENT = {"image": ["C:\\CMD.exe"], "user": ["eve"]}


def test_what_is_false_is_told_with_what_the_event_says() -> None:
    found = why(And((Or((OTHER, USER)), IMAGE)), EVENT, truth=False)
    assert [str(reason) for reason in found] == [
        "false: Image ends with '\\reg.exe' (it is 'C:\\CMD.exe')",
        "false: User is 'bob' (it is 'eve')",
    ]


def test_what_should_not_be_true_is_told_under_a_negation() -> None:
    (reason,) = why(And((IMAGE, Not(IMAGE))), EVENT, truth=False)
    assert reason == Reason("Image ends with '\\cmd.exe'", True, ("C:\\CMD.exe",))


def test_fields_that_are_absent_and_keywords() -> None:
    (reason,) = why(Predicate("Absent", Op.EQUALS, "x"), EVENT, truth=False)
    assert str(reason).endswith("(it is absent)")
    (reason,) = why(Predicate("", Op.CONTAINS, "nowhere"), EVENT, truth=False)
    assert str(reason) == "false: any field contains 'nowhere'"


def test_long_lists_are_cut() -> None:
    many = Or(tuple(Predicate("Image", Op.CONTAINS, f"x{n}") for n in range(10)))
    (reason,) = why(many, EVENT, truth=False)
    assert reason.text.endswith("'x5' and 4 more")


def test_nothing_is_told_of_what_holds() -> None:
    assert why(IMAGE, EVENT, truth=False) == ()
    assert len(why(And((IMAGE, Not(USER))), EVENT, truth=True)) == 2
