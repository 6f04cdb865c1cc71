from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.exports import kept_ones
from gamekeeper.errors import UsageError
from gamekeeper.reports.exports import attack_flow
from gamekeeper.reports.exports.base import Asked

EXTENSION = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4"


def flow() -> list[dict[str, Any]]:
    document = json.loads(attack_flow.export(kept_ones(), Asked()))
    objects = document["objects"]
    assert isinstance(objects, list)
    return objects


def of(kind: str) -> list[dict[str, Any]]:
    return [one for one in flow() if one["type"] == kind]


def test_a_document_holds_one_flow_that_starts_with_its_first_action() -> None:
    (found,) = of("attack-flow")
    actions = sorted(of("attack-action"), key=lambda one: one["execution_start"])
    assert found["scope"] == "incident"
    assert found["start_refs"] == [actions[0]["id"]]


def test_objects_of_the_format_name_its_extension() -> None:
    kinds = {"attack-flow", "attack-action", "attack-asset"}
    ours = [one for one in flow() if one["type"] in kinds]
    assert {one["type"] for one in ours} == kinds
    assert all(one["extensions"][EXTENSION] == {"extension_type": "new-sdo"} for one in ours)
    assert [one["id"] for one in of("extension-definition")] == [EXTENSION]


def test_a_way_between_hosts_leads_from_action_to_action() -> None:
    actions = {one["id"]: one for one in of("attack-action")}
    assets = {one["id"]: one["name"] for one in of("attack-asset")}
    pairs = {
        (assets[one["asset_refs"][0]], assets[actions[name]["asset_refs"][0]])
        for one in actions.values()
        for name in one.get("effect_refs", ())
    }
    assert ("WS1", "DC1") in pairs


def test_an_action_names_technique_and_tactic_as_attack_numbers_them() -> None:
    named = {(one.get("tactic_id"), one["technique_id"]) for one in of("attack-action")}
    assert ("TA0006", "T1003.003") in named


def test_a_reader_of_stix_takes_it() -> None:
    stix2 = pytest.importorskip("stix2")
    assert stix2.parse(attack_flow.export(kept_ones(), Asked()), allow_custom=True).objects


def test_nothing_refers_to_what_is_not_there() -> None:
    known = {one["id"] for one in flow()}
    names = ("start_refs", "effect_refs", "asset_refs", "object_marking_refs")
    assert {ref for one in flow() for name in names for ref in one.get(name, ())} <= known
    assert {one["technique_ref"] for one in of("attack-action")} <= known


def test_without_an_action_there_is_no_flow() -> None:
    with pytest.raises(UsageError, match="no flow"):
        attack_flow.export([], Asked())
