"""Which correlations can be judged where some of their rules are blind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gamekeeper.engine.correlation.accounts import finished, foreseen, is_blind
from gamekeeper.model.findings import RuleAccount
from gamekeeper.rules.correlation_ir import Correlation, CorrelationType, Limit
from gamekeeper.rules.ir import And, LogSource, Rule, RuleSet
from gamekeeper.rules.plan import BoundCorrelation, Plan

SEEING = RuleAccount("a", "A", "low", "no_match", events_evaluated=7, hosts_evaluated=2)
BLIND = RuleAccount("b", "B", "low", "no_such_log", "no event of Sysmon 1")


def plan(
    kind: CorrelationType, *limits: Limit, expression: str = "", reported: bool = True
) -> Plan:
    names = ("a", "b")
    given = Correlation(
        "c",
        "C",
        "high",
        "",
        kind,
        names,
        "5m",
        300,
        limits=limits,
        expression=expression,
        expression_names=names if expression else (),
        reported=reported,
    )
    rules = tuple(Rule(name, name, "low", "", LogSource(), And(())) for name in names)
    bound = BoundCorrelation(given, (0, 1), (), (), ())
    return Plan(RuleSet(rules, correlations=(given,)), (), correlations=(bound,))


T = CorrelationType
CASES = {
    "a count needs any rule": (plan(T.EVENT_COUNT, Limit("gte", 2)), False),
    "temporal needs all": (plan(T.TEMPORAL, Limit("gte", 2)), True),
    "temporal that is content with one": (plan(T.TEMPORAL, Limit("gte", 1)), False),
    "an order needs all": (plan(T.TEMPORAL_ORDERED, Limit("gte", 2)), True),
    "absence cannot be told": (plan(T.ABSENCE), True),
    "an extended condition that needs it": (plan(T.TEMPORAL, expression="a and b"), True),
    "an extended condition that does not": (plan(T.TEMPORAL, expression="a or b"), False),
    "an extended condition that needs it absent": (
        plan(T.TEMPORAL, expression="a and not b"),
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_blind_rule(name: str) -> None:
    given, is_dead = CASES[name]
    (account,) = foreseen(given, [SEEING, BLIND], {})
    assert is_blind(account) == is_dead
    if is_dead:
        assert (account.status, account.reason) == ("no_such_log", "B: no event of Sysmon 1")
        assert finished(given, [account], {}, {}, {}) == [account]
    else:
        assert (account.status, account.reason) == ("partial", "B: no event of Sysmon 1")


def test_a_count_without_any_log() -> None:
    (account,) = foreseen(plan(T.EVENT_COUNT, Limit("gte", 2)), [BLIND, BLIND], {})
    assert is_blind(account)


@pytest.mark.parametrize(
    "given", [plan(T.ABSENCE), plan(T.TEMPORAL, expression="a and not b")], ids=["absence", "not"]
)
def test_what_a_log_that_was_read_never_held_is_absent(given: Plan) -> None:
    (account,) = foreseen(given, [SEEING, BLIND], {0: frozenset({"dc01"})})
    assert account.status == "partial"
    assert is_blind(foreseen(given, [SEEING, BLIND], {0: frozenset()})[0])
    never = replace(BLIND, status="field_absent")
    assert is_blind(foreseen(given, [SEEING, never], {0: frozenset({"dc01"})})[0])


def test_what_was_left_out_is_told() -> None:
    given = plan(T.EVENT_COUNT, Limit("gte", 2))
    ahead = foreseen(given, [SEEING, SEEING], {})
    left = {(0, "have no X"): 1200, (1, "have no Y"): 1}
    (nothing,) = finished(given, ahead, {}, {}, left)
    assert (nothing.status, nothing.reason) == (
        "field_absent",
        "1,200 matches of its rules have no X",
    )
    assert finished(given, ahead, {}, {0: 3}, left)[0].status == "partial"
    (matched,) = finished(given, ahead, {0: 2}, {0: 3}, left)
    assert (matched.status, matched.matches, matched.events_evaluated) == ("matched", 2, 14)
    assert finished(given, ahead, {}, {}, {})[0].status == "no_match"
