from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gamekeeper.authoring.lint import check_rules

CONDITION = "condition: selection and not filter"


def test_a_rule_without_a_witness_is_judged_on_every_event(written: Callable[..., Path]) -> None:
    remarks = check_rules([written((CONDITION, "condition: not selection and not filter"))]).remarks
    assert [(r.check, r.severity) for r in remarks] == [("no_witness", "note")]
    assert "Security 4688" in remarks[0].message


def test_an_expression_that_can_take_long_is_named(written: Callable[..., Path]) -> None:
    change = ("CommandLine|contains: ' save '", "CommandLine|re: '(a+\\s*)+save'")
    (remark,) = check_rules([written(change)]).remarks
    assert remark.check == "slow_regex"
    assert "(a+\\s*)+save" in remark.message
