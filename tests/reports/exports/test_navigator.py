from __future__ import annotations

import json

from fakes.exports import kept_ones
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
