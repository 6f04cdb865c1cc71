from __future__ import annotations

from typing import Any

import pytest

from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.tree import Fields, as_found, attributes_of, with_braces


def fields(record: dict[str, Any], *names: str) -> list[tuple[str, str]]:
    collected = Fields(with_braces)
    for name in names or tuple(record):
        collected.collect(name, record)
    return collected.out


@pytest.mark.parametrize(
    "parent",
    [
        {"P": {"#attributes": {"Name": "x"}}},
        {"P_attributes": {"Name": "x"}, "P": None},
        {"P": {"@Name": "x"}},
    ],
)
def test_attributes_are_found_in_all_three_places(parent: dict[str, Any]) -> None:
    assert attributes_of(parent, "P") == {"Name": "x"}


def test_named_data_is_called_by_its_name_and_unnamed_data_is_data() -> None:
    record = {"EventData": {"Data": [{"@Name": "A", "#text": "1"}, {"#text": "2"}, "3"]}}
    assert fields(record) == [("A", "1"), ("Data", "2"), ("Data", "3")]


def test_attributes_come_before_the_value_and_stand_alone_without_one() -> None:
    record = {"UserData": {"Thing": {"Item": {"@id": 7, "#text": "x"}, "Bare": {"@id": 8}}}}
    assert fields(record) == [("Item_id", "7"), ("Item", "x"), ("Bare_id", "8")]


def test_namespaces_are_no_fields_and_prefixes_no_part_of_a_name() -> None:
    record = {"UserData": {"ns:Thing": {"@xmlns:ns": "u", "ns:A": "1"}}}
    assert fields(record) == [("A", "1")]


def test_containers_give_no_field_at_the_top_but_a_name_further_down() -> None:
    assert fields({"EventData": None}) == []
    assert fields({"EventData": {"UserData": None, "A": ""}}) == [("UserData", ""), ("A", "")]


def test_arrays_repeat_and_an_empty_one_is_absent() -> None:
    assert fields({"EventData": {"A": ["1", "2"], "B": []}}) == [("A", "1"), ("A", "2")]


def test_depth_is_bounded() -> None:
    record: dict[str, Any] = {"a": 1}
    for _ in range(200):
        record = {"a": record}
    with pytest.raises(BadRecord):
        fields(record)


def test_guids_get_braces_only_from_converters_that_drop_them() -> None:
    value = {"G": "0197231E-C424-69E1-C922-000000000800"}
    assert fields(value) == [("G", "{0197231E-C424-69E1-C922-000000000800}")]
    kept = Fields(as_found)
    kept.collect("G", value)
    assert kept.out == [("G", "0197231E-C424-69E1-C922-000000000800")]
