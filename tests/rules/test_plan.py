"""What a plan holds beside rules."""

from __future__ import annotations

from gamekeeper.rules.ir import And, LogSource, Rule, RuleSet
from gamekeeper.rules.plan import Plan


def test_rules_that_nobody_sees_stand_behind_those_with_accounts() -> None:
    rules = tuple(Rule(str(n), "", "low", "", LogSource(), And(())) for n in range(5))
    assert Plan(RuleSet(rules), ()).shown == 5
    assert Plan(RuleSet(rules), (), hidden=2).shown == 3
