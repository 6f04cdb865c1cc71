from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.authoring.coverage import Covered, hunted, layer, of_plan, of_summary
from gamekeeper.errors import UsageError
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

RULES = [
    Covered("1", "Seen", "matched", ("T1685.005", "T1003")),
    Covered("2", "Half", "partial", ("T1059.001",)),
    Covered("3", "Blind", "field_absent", ("T1003", "T1047")),
    Covered("4", "Nothing", "no_match", ("T1070.001",)),
]


def techniques(rules: list[Covered], *, is_hunt: bool) -> dict[str, dict[str, Any]]:
    rows: Any = layer(rules, is_hunt=is_hunt)["techniques"]
    return {row["techniqueID"]: row for row in rows}


def test_a_technique_is_as_seeable_as_the_best_of_its_rules() -> None:
    found = techniques(RULES, is_hunt=True)
    assert {name: row["score"] for name, row in found.items()} == {
        "T1003": 100,
        "T1047": 0,
        "T1059.001": 50,
        "T1070.001": 100,
    }


def test_comments_name_the_rules_and_the_newer_number() -> None:
    comment = techniques(RULES, is_hunt=True)["T1070.001"]["comment"]
    assert comment == "in ATT&CK v19: T1685.005\nmatched (1): Seen\nno_match (1): Nothing"


def test_without_a_hunt_rules_are_counted() -> None:
    rules = [Covered("1", "a", "usable", ("T1003",)), Covered("2", "b", "unsupported", ("T1003",))]
    assert techniques(rules, is_hunt=False)["T1003"]["score"] == 1


def test_the_layer_has_the_form_that_the_navigator_reads() -> None:
    for is_hunt in (True, False):
        found = json.loads(json.dumps(layer(RULES, is_hunt=is_hunt)))
        assert found["versions"] == {"attack": "18", "navigator": "5.1.0", "layer": "4.5"}
        assert found["domain"] == "enterprise-attack"
        assert found["gradient"]["minValue"] < found["gradient"]["maxValue"]


def test_our_own_rules_are_on_the_map() -> None:
    rules = of_plan(build_plan(load_rules(["builtin"])))
    assert "usable" in {rule.status for rule in rules}
    assert techniques(rules, is_hunt=False)["T1003.003"]["score"] >= 3


def test_the_summary_of_a_hunt_gives_the_rules_and_their_status(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    row = {"id": "1", "title": "x", "status": "no_such_log", "tags": ["attack.t1003"]}
    path.write_text(json.dumps({"rules": [row]}))
    hunt = of_summary(path)
    assert hunt == [Covered("1", "x", "no_such_log", ("T1003",))]
    assert [rule.status for rule in hunted(RULES[:2], hunt)] == ["no_such_log", "not_hunted"]


@pytest.mark.parametrize("text", ["", "{}", '{"rules": [1]}', '{"rules": [{"id": 1}]}', "[]", None])
def test_a_file_that_is_no_summary_is_bad_use(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "summary.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=r"summary\.json"):
        of_summary(path)
