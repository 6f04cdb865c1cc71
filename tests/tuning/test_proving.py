from __future__ import annotations

from gamekeeper.rules.ir import RuleSet
from gamekeeper.tuning.conditions import Condition
from gamekeeper.tuning.filter_file import filter_text
from gamekeeper.tuning.observed import Side
from gamekeeper.tuning.proving import count, narrow

from .conftest import BACKUP, CMD, SYSTEM, backup, batch

SELECTION = frozenset({Condition("ParentImage", "", BACKUP), Condition("User", "", SYSTEM)})
EVIL = (CMD, "cmd /c whoami", "C:\\Windows\\explorer.exe", "CORP\\ann")


def test_the_filter_is_run_as_it_is_written(rules: RuleSet) -> None:
    narrowed = narrow(rules, {1: filter_text(rules.rules[1], (SELECTION,), None)})
    assert (narrowed.places, narrowed.refused) == ((1,), {})
    found = count(narrowed, lambda *_: Side.BENIGN, [batch([backup(1), backup(2), EVIL])])
    assert found == {(Side.BENIGN, 1): 1}


def test_a_filter_that_cannot_be_read_is_refused_and_takes_nothing(rules: RuleSet) -> None:
    text = filter_text(rules.rules[0], (SELECTION,), None).replace("not selection_1", "not nothing")
    narrowed = narrow(rules, {0: text})
    assert "nothing" in narrowed.refused[0]
    found = count(narrowed, lambda *_: Side.MALICIOUS, [batch([backup(1)])])
    assert found == {(Side.MALICIOUS, 0): 1}


def test_a_filter_that_would_blind_the_rule_on_a_log_is_refused(rules: RuleSet) -> None:
    """On Security 4688 a user is two fields, over which no pattern can be laid."""
    selection = frozenset({Condition("User", "", "CORP\\svc*x"), Condition("Image", "", CMD)})
    narrowed = narrow(rules, {0: filter_text(rules.rules[0], (selection,), None)})
    assert narrowed.refused == {0: "with it the rule could no longer look at all of its logs"}
