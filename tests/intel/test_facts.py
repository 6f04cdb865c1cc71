"""The fact table keeps what it was given, and says where it does not hold together."""

from __future__ import annotations

import json

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.intel.facts import (
    Campaign,
    Facts,
    Group,
    Software,
    from_json,
    is_technique,
    to_json,
)
from gamekeeper.intel.library import shipped

FACTS = Facts(
    "18.1",
    {"T1003": "OS Credential Dumping", "T1003.003": "NTDS"},
    (
        Group("G0001", "One", ("Uno", "Shared"), ("T1003.003",), ("S0001",)),
        Group("G0002", "Two", ("shared",), (), ()),
    ),
    (Software("S0001", "Own", (), "malware"),),
    (Campaign("C0001", "Raid", "2020-01-01", "", ("G0001",), ("T1003",), ()),),
)


def test_a_table_comes_back_as_it_was() -> None:
    read = from_json(to_json(FACTS), "memory")
    for part in ("attack", "techniques", "groups", "software", "campaigns"):
        assert getattr(read, part) == getattr(FACTS, part)


def test_a_table_carries_the_notice_that_its_licence_asks_for() -> None:
    notice = json.loads(to_json(FACTS))["notice"]
    assert "The MITRE Corporation" in notice
    assert "reproduce MITRE's copyright designation and this license" in notice


def test_an_entry_is_a_line() -> None:
    lines = to_json(FACTS).decode().splitlines()
    assert sum('"id":"G000' in line for line in lines) == 2


def test_a_name_may_stand_for_several_groups() -> None:
    assert [group.id for group in FACTS.names["shared"]] == ["G0001", "G0002"]
    assert [group.id for group in FACTS.names["g0001"]] == ["G0001"]


def test_campaigns_are_found_by_their_group() -> None:
    assert [one.id for one in FACTS.campaigns_of("G0001")] == ["C0001"]
    assert list(FACTS.campaigns_of("G0002")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"form": 99}, "another form"),
        ({"groups": 5}, "no table of facts"),
        ({"groups": [{"id": "G1"}]}, "no table of facts"),
        ({"techniques": {}}, "leads to something"),
        ({"software": []}, "leads to something"),
    ],
)
def test_what_is_no_table_is_refused(change: dict[str, object], said: str) -> None:
    held = {**json.loads(to_json(FACTS)), **change}
    with pytest.raises(ContentError, match=said):
        from_json(json.dumps(held).encode(), "memory")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"null"])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(ContentError, match="memory"):
        from_json(data, "memory")


@pytest.mark.parametrize(
    ("text", "answer"), [("T1003", True), ("T1003.003", True), ("t1003", False), ("T1003.3", False)]
)
def test_a_technique_is_known_by_its_form(text: str, answer: bool) -> None:
    assert is_technique(text) is answer


def test_the_table_that_ships_is_small_and_whole() -> None:
    facts = shipped()
    assert len(facts.groups) > 100
    assert len(facts.campaigns) > 40
    assert facts.by_id["G1017"].name == "Volt Typhoon"
    assert len(to_json(facts)) < 250_000
