from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fakes.exports import kept_ones
from gamekeeper.model.incidents import Step
from gamekeeper.reports.exports import navigator
from gamekeeper.reports.exports.base import Asked


def test_each_technique_stands_once_with_its_heaviest_signal() -> None:
    layer = json.loads(navigator.export(kept_ones(), Asked()))
    rows = {one["techniqueID"]: one for one in layer["techniques"]}
    assert len(rows) == len(layer["techniques"])
    assert rows["T1003.003"]["score"] == layer["gradient"]["maxValue"]
    assert rows["T1003.003"]["tactic"] == "credential-access"
    assert layer["versions"] == {"attack": "18", "navigator": "5.1.0", "layer": "4.5"}


def test_no_incidents_are_an_empty_layer() -> None:
    assert json.loads(navigator.export([], Asked()))["techniques"] == []


def layer_of(*steps: Step, techniques: tuple[str, ...] = ()) -> dict[str, Any]:
    one = kept_ones()[0]
    incident = replace(one.incident, steps=steps, techniques=techniques)
    found = json.loads(navigator.export([replace(one, incident=incident)], Asked()))
    assert isinstance(found, dict)
    return found


def step(technique: str, *others: str) -> Step:
    return Step(
        0, "ws1", "", "discovery", technique, "", (), bits=3.0, techniques=(technique, *others)
    )


def test_what_rules_name_beside_is_in_the_layer_without_a_score() -> None:
    layer = layer_of(step("T1033", "T1685.005"), techniques=("T1033", "T1047"))
    rows = {one["techniqueID"]: one for one in layer["techniques"]}
    assert {name: row["score"] for name, row in rows.items()} == {
        "T1033": 3.0,
        "T1047": 0.0,
        "T1070.001": 0.0,
    }
    assert "beside another technique" in rows["T1047"]["comment"]


def test_techniques_of_ics_are_named_though_they_have_no_place() -> None:
    layer = layer_of(step("T0812"), step("T1033"))
    assert [one["techniqueID"] for one in layer["techniques"]] == ["T1033"]
    assert "T0812" in layer["description"]
