from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.json import text
from gamekeeper.sources.json.faults import BadRecord


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "true"), (None, ""), (0, "0"), (0.1, "0.1"), (1e22, "1e+22"), ("x", "x"), ([1], "[1]")],
)
def test_scalars_have_one_text(value: object, expected: str) -> None:
    assert text.text_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4624, 4624),
        ("4624", 4624),
        (" 12 ", 12),
        ("0x1F", 31),
        (7.0, 7),
        (7.5, None),
        (True, None),
        ({"#text": "5"}, 5),
        ({"Value": 5}, 5),
        ([9, 10], 9),
        ("1_000", None),
        ("²", None),
        ("9" * 5000, None),
        (2**63, None),
        (-(2**63), -(2**63)),
        (float("inf"), None),
    ],
)
def test_integers_are_read_from_whatever_holds_them(value: object, expected: int | None) -> None:
    assert text.integer_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4624, (4624, None)),
        ("4624", (4624, None)),
        (-1073732808, (9016, "49152")),
        (3221234488, (9016, "49152")),
        (1 << 40, (None, None)),
        ("x", (None, None)),
    ],
)
def test_instance_ids_part_into_event_id_and_qualifiers(value: object, expected: Any) -> None:
    assert text.event_id_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-9214364837600034816, "0x8020000000000000"),
        (9232379236109516800, "0x8020000000000000"),
        ("-9214364837600034816", "0x8020000000000000"),
        ("0x0080000000000000", "0x80000000000000"),
        (0, "0x0"),
        ("Audit Success", None),
        (["Classic"], None),
        (1 << 70, None),
        (True, None),
    ],
)
def test_keywords_are_the_stored_mask(value: object, expected: str | None) -> None:
    assert text.keywords(value) == expected


def test_names_of_keywords_decide_the_mask_of_one_provider_only() -> None:
    provider = "Microsoft-Windows-Security-Auditing"
    assert text.audit_keywords(["Audit Failure"], provider) == "0x8010000000000000"
    assert text.audit_keywords("Audit Success", "Microsoft-Windows-Eventlog") is None
    assert text.audit_keywords(["Classic"], provider) is None
    assert text.audit_keywords(["Audit Success"], None) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Error", "2"), ("warning", "3"), ("Information", None), (4, "4"), ("0", "0"), ("", None)],
)
def test_levels_are_numbers_or_absent(value: object, expected: str | None) -> None:
    assert text.level(value) == expected


def test_guids_are_upper_case_in_braces_and_other_text_is_kept() -> None:
    assert text.guid("54849625-5478-4994-a5ba-3e3b0328c30d") == (
        "{54849625-5478-4994-A5BA-3E3B0328C30D}"
    )
    assert text.guid("{77777-C22A}") == "{77777-C22A}"
    assert text.guid("") is None


def test_lists_repeat_a_field_and_objects_give_their_members() -> None:
    out: list[tuple[str, str]] = []
    text.add_fields(out, "A", ["x", {"B": 1, "#text": "y"}, None, [True]])
    assert out == [("A", "x"), ("B", "1"), ("A", "y"), ("A", ""), ("A", "true")]


def test_endless_nesting_is_refused() -> None:
    value: object = 1
    for _ in range(300):
        value = [value]
    with pytest.raises(BadRecord) as caught:
        text.add_fields([], "A", value)
    assert caught.value.reason == "too_deep"
    with pytest.raises(BadRecord):
        text.text_of(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_readers_of_values_never_raise(value: object) -> None:
    for read in (text.plain, text.decimal, text.level, text.opcode, text.keywords, text.guid):
        assert read(value) is None or read(value)
    text.event_id_of(value)
    text.object_of(value)
