"""Conditions in the words of another log mean the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.engine.reference import match_fields
from gamekeeper.model.folding import fold
from gamekeeper.rules.binding import UnbindableError, bind
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Listed, Renamed, windows


def p(op: Op, value: str = "", name: str = "F") -> Predicate:
    return Predicate(name, op, value)


def process_fields() -> dict[str, FieldMap]:
    security = windows().categories["process_creation"][1]
    return {fold(name): mapped for name, mapped in security.fields}


def test_untouched_conditions_are_the_same_object() -> None:
    node = And((p(Op.EQUALS, "x"), Not(p(Op.NULL))))
    assert bind(node, {"g": Renamed(("H",))}) is node


def test_renamed_everywhere_in_the_tree() -> None:
    node = And((p(Op.EQUALS, "x"), Not(Or((p(Op.NULL), p(Op.FIELD_EQUALS, "f", "G"))))))
    bound = bind(node, {"f": Renamed(("New",))})
    assert bound == And(
        (
            p(Op.EQUALS, "x", "New"),
            Not(Or((p(Op.NULL, "", "New"), p(Op.FIELD_EQUALS, "New", "G")))),
        )
    )


ENTRIES: list[tuple[Predicate, bool]] = [
    (p(Op.EQUALS, "ab"), True),
    (p(Op.EQUALS, "a"), False),
    (p(Op.STARTSWITH, "a"), True),
    (p(Op.STARTSWITH, "b"), False),
    (p(Op.ENDSWITH, "B"), True),
    (p(Op.ENDSWITH, "c"), False),
    (p(Op.CONTAINS, "a"), True),
    (p(Op.CONTAINS, "c"), False),
    (Predicate("F", Op.EQUALS, "AB", cased=True), False),
    (Predicate("F", Op.GLOB, parts=(("lit", "a"), ("one", ""))), True),
    (Predicate("F", Op.GLOB, parts=(("lit", "a"), ("any", ""), ("lit", "c"))), False),
    (p(Op.EXISTS, "true"), True),
    (p(Op.EXISTS, "false"), False),
    (p(Op.NULL), False),
]


@pytest.mark.parametrize(("predicate", "expected"), ENTRIES)
def test_an_entry_of_a_text_with_many_is_a_field(predicate: Predicate, expected: bool) -> None:
    bound = bind(predicate, {"f": Listed("Hashes", "K")})
    assert match_fields(bound, {"hashes": ["XK=c,K=ab,L=c"]}) is expected
    assert match_fields(bound, {"f": ["ab"]}) is expected


def test_an_expression_about_an_entry_cannot_be_said() -> None:
    with pytest.raises(UnbindableError, match="part of another field"):
        bind(p(Op.REGEX, "a"), {"f": Listed("Hashes", "K")})


def test_a_field_under_two_names_is_absent_where_both_are() -> None:
    fields: dict[str, FieldMap] = {"f": Renamed(("A", "B"))}
    assert bind(p(Op.NULL), fields) == And((p(Op.NULL, "", "A"), p(Op.NULL, "", "B")))
    assert bind(p(Op.EXISTS, "true"), fields) == Or(
        (p(Op.EXISTS, "true", "A"), p(Op.EXISTS, "true", "B"))
    )
    assert bind(p(Op.EQUALS, "x"), fields) == Or((p(Op.EQUALS, "x", "A"), p(Op.EQUALS, "x", "B")))


@pytest.mark.parametrize(
    ("op", "value"), [(Op.EQUALS, "high"), (Op.STARTSWITH, "Hi"), (Op.REGEX, "^H")]
)
def test_values_that_the_event_writes_differently(op: Op, value: str) -> None:
    fields = process_fields()
    bound = bind(p(op, value, "IntegrityLevel"), fields)
    assert match_fields(bound, {"mandatorylabel": ["S-1-16-12288"]})
    assert not match_fields(bound, {"mandatorylabel": ["S-1-16-8192"]})


def test_numbers_in_hexadecimal() -> None:
    bound = bind(p(Op.EQUALS, "4660", "ProcessId"), process_fields())
    assert bound == p(Op.EQUALS, "0x1234", "NewProcessId")
    assert bind(p(Op.EQUALS, "0x12", "ParentProcessId"), process_fields()) == p(
        Op.EQUALS, "0x12", "ProcessId"
    )


USERS = [
    ({"targetusername": ["-"], "subjectusername": ["bob"], "subjectdomainname": ["CORP"]}, True),
    ({"subjectusername": ["bob"], "subjectdomainname": ["CORP"]}, True),
    ({"targetusername": ["bob"], "targetdomainname": ["CORP"], "subjectusername": ["HOST$"]}, True),
    ({"targetusername": ["eve"], "targetdomainname": ["CORP"], "subjectusername": ["bob"],
      "subjectdomainname": ["CORP"]}, False),
]  # fmt: skip


@pytest.mark.parametrize(("event", "expected"), USERS)
@pytest.mark.parametrize(
    "predicate",
    [
        p(Op.EQUALS, "corp\\bob"),
        p(Op.ENDSWITH, "\\bob"),
        p(Op.CONTAINS, "p\\b"),
        p(Op.STARTSWITH, "corp\\bo"),
    ],
)
def test_the_account_of_a_new_process(
    predicate: Predicate, event: dict[str, list[str]], expected: bool
) -> None:
    named = Predicate("User", predicate.op, predicate.value)
    assert match_fields(bind(named, process_fields()), event) is expected


def test_the_system_account_is_known_by_its_sid() -> None:
    event = {
        "subjectusername": ["HOST$"],
        "subjectdomainname": ["WORKGROUP"],
        "subjectusersid": ["S-1-5-18"],
    }
    for value in ("AUTHORI", "AUTORI"):
        assert match_fields(bind(p(Op.CONTAINS, value, "User"), process_fields()), event)
    assert not match_fields(bind(p(Op.CONTAINS, "bob", "User"), process_fields()), event)


def registry_fields() -> dict[str, FieldMap]:
    audit = windows().categories["registry_set"][1]
    return {fold(name): mapped for name, mapped in audit.fields}


REGISTRY = {
    "objectname": ["\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa"],
    "objectvaluename": ["RunAsPPL"],
    "newvalue": ["0"],
}


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        (Op.EQUALS, "HKLM\\System\\CurrentControlSet\\Control\\Lsa\\RunAsPPL", True),
        (Op.STARTSWITH, "HKLM\\SYSTEM\\", True),
        (Op.ENDSWITH, "\\Control\\Lsa\\RunAsPPL", True),
        (Op.ENDSWITH, "\\CurrentControlSet\\Control\\Lsa\\RunAsPPL", True),
        (Op.CONTAINS, "\\Lsa\\", True),
        (Op.CONTAINS, "\\Lsa\\Run", True),
        (Op.CONTAINS, "RunAsPPLBoot", False),
        (Op.STARTSWITH, "HKU\\", False),
        (Op.ENDSWITH, "\\Lsa", False),
    ],
)
def test_a_registry_value_over_two_fields(op: Op, value: str, expected: bool) -> None:
    bound = bind(p(op, value, "TargetObject"), registry_fields())
    assert match_fields(bound, REGISTRY) is expected


def test_registry_numbers_are_decimal() -> None:
    for value in ("DWORD (0x00000000)", "dword (0x00000000)", "QWORD (0x00000000-0x00000000)"):
        assert match_fields(bind(p(Op.EQUALS, value, "Details"), registry_fields()), REGISTRY)


def test_a_pattern_over_two_fields_cannot_be_bound() -> None:
    glob = Predicate(
        "TargetObject", Op.GLOB, "a*b", parts=(("lit", "a"), ("any", ""), ("lit", "b"))
    )
    with pytest.raises(UnbindableError, match="spans two fields"):
        bind(glob, registry_fields())


def test_a_reference_to_a_field_without_a_plain_name_cannot_be_bound() -> None:
    with pytest.raises(UnbindableError, match="no single counterpart"):
        bind(p(Op.FIELD_EQUALS, "TargetObject", "Image"), registry_fields())


def test_a_chosen_field_is_absent_where_the_chosen_one_is() -> None:
    fields: dict[str, FieldMap] = {"f": Chosen("Given", Renamed(("A",)), Renamed(("B",)))}
    node: Node = bind(p(Op.NULL), fields)
    assert match_fields(node, {"given": ["-"], "a": ["x"]})
    assert not match_fields(node, {"given": ["y"], "a": ["x"]})


TEXT = st.text(alphabet="ab\\", max_size=6)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from([Op.EQUALS, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH]),
    TEXT.filter(lambda text: text not in {"", "-"}),
    TEXT,
    TEXT,
)
def test_two_fields_answer_like_their_joined_text(
    op: Op, value: str, left: str, right: str
) -> None:
    bound = bind(p(op, value), {"f": Joined("L", "R")})
    joined = match_fields(p(op, value), {"f": [f"{left}\\{right}"]})
    assert match_fields(bound, {"l": [left], "r": [right]}) is joined
