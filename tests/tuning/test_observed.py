from __future__ import annotations

import pytest

from gamekeeper.engine.registry import engine
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan
from gamekeeper.tuning import observed
from gamekeeper.tuning.observed import Observed, Side, Sides, asked_fields, minimum_weight, sort_out

from .conftest import BACKUP, CMD, SYSTEM, backup, batch


def test_an_event_is_seen_under_the_names_of_rules(rules: RuleSet) -> None:
    seen = Observed(rules)
    fields = {
        "newprocessname": [CMD],
        "parentprocessname": [BACKUP],
        "commandline": ["-"],
        "subjectdomainname": ["CORP"],
        "subjectusername": ["ann"],
        "targetdomainname": ["-"],
        "targetusername": ["-"],
    }
    seen.add(0, "windows.security", fields)
    [values] = seen.events[0]
    held = dict(values)
    assert held["Image"] == (CMD,)
    assert held["ParentImage"] == (BACKUP,)
    assert held["User"] == ("CORP\\ann",)
    assert "CommandLine" not in held


def test_matches_go_to_their_side_by_rule_and_event(rules: RuleSet) -> None:
    sides = Sides.of(rules)
    asked: set[tuple[int, str]] = set()

    def side_of(rule: int, fingerprint: str) -> Side:
        asked.add((rule, fingerprint))
        return Side.BENIGN if rule == 0 else Side.UNJUDGED

    batches = [batch([backup(1), ("C:\\a\\other.exe", "x", BACKUP, SYSTEM)])]
    sort_out(sides, side_of, engine("columnar", build_plan(rules)), batches)
    assert sides.benign.matches == {0: 1}
    assert sides.unjudged.matches == {1: 2}
    assert sides.malicious.matches == {}
    assert len({fingerprint for _, fingerprint in asked}) == 2
    [values] = sides.benign.events[0]
    assert dict(values)["CommandLine"] == ("cmd /c copy job1000.log",)


def test_distinct_events_are_bounded_and_still_counted(
    rules: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observed, "DISTINCT_LIMIT", 2)
    seen = Observed(rules)
    for image in ("a", "b", "c", "a"):
        seen.add(0, "windows.sysmon", {"image": [image]})
    assert (seen.matches[0], len(seen.events[0]), seen.left_out) == (4, 2, 1)


def test_the_table_names_fields_with_a_kind_and_a_weight() -> None:
    assert {asked.kind for asked in asked_fields().values()} == {"shape", "account"}
    assert all(0 < asked.weight < minimum_weight() for asked in asked_fields().values())
