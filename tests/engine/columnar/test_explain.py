"""Reasons are the true predicates of the conditions that hold, apart from negated ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from fakes.generated import CHANNEL, batch_of, batches, plans
from gamekeeper.engine.columnar import explain
from gamekeeper.engine.columnar.explain import Explainer
from gamekeeper.engine.reference import ReferenceEngine, match_fields, on_route, row_fields
from gamekeeper.model.build import Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import And, LogSource, Node, Not, Op, Or, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route


def positive(node: Node) -> Iterator[Predicate]:
    if isinstance(node, Predicate):
        yield node
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from positive(child)


def expected(plan: Plan, batch: EventBatch, rule: int, row: int) -> set[Predicate]:
    fields = row_fields(batch, row)
    return {
        leaf
        for bound in plan.bound
        if bound.rule == rule and on_route(bound.route, fields)
        if match_fields(bound.condition, fields)
        for leaf in positive(bound.condition)
        if match_fields(leaf, fields)
    }


def explained(explainer: Explainer, plan: Plan, batch: EventBatch) -> list[list[Predicate]]:
    matches = ReferenceEngine(plan).match(batch)
    _, _, reasons = explainer.explain(batch, matches.rule, matches.row)
    found: list[list[Predicate]] = [[] for _ in range(len(matches))]
    for match, number in zip(reasons.match, reasons.predicate, strict=True):
        found[match].append(explainer.predicates[number])
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_reasons_are_what_the_reference_finds_true(plan: Plan, batch: EventBatch) -> None:
    matches = ReferenceEngine(plan).match(batch)
    pairs = zip(matches.rule.tolist(), matches.row.tolist(), strict=True)
    found = explained(Explainer(plan.bound), plan, batch)
    assert [set(group) for group in found] == [expected(plan, batch, *pair) for pair in pairs]
    assert all(len(set(group)) == len(group) for group in found)


def plan_of(*conditions: Node) -> Plan:
    rules = tuple(Rule(str(i), "", "low", "", LogSource(), c) for i, c in enumerate(conditions))
    route = Route("windows.sysmon")
    return Plan(RuleSet(rules), tuple(BoundRule(i, route, c) for i, c in enumerate(conditions)))


def events(*images: str) -> EventBatch:
    return batch_of(
        [Event(0, 0, system={"Channel": CHANNEL}, data=[("Image", image)]) for image in images]
    )


def contains(text: str) -> Predicate:
    return Predicate("Image", Op.CONTAINS, text)


def test_they_come_in_the_order_of_the_rule() -> None:
    plan = plan_of(Or((contains("z"), And((contains("a"), Not(contains("q")))), contains("m"))))
    found = explained(Explainer(plan.bound), plan, events("amz"))
    assert [[p.value for p in group] for group in found] == [["z", "a", "m"]]


def test_rules_that_are_met_later_are_learnt() -> None:
    plan = plan_of(contains("a"), contains("b"))
    explainer = Explainer(plan.bound)
    assert explained(explainer, plan, events("a")) == [[contains("a")]]
    assert explained(explainer, plan, events("b", "ab")) == [
        [contains("b")],
        [contains("a")],
        [contains("b")],
    ]


def test_many_predicates_are_judged_some_matches_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "_PAIR_LIMIT", 5)
    plan = plan_of(Or(tuple(contains(letter) for letter in "abcdefgh")))
    found = explained(Explainer(plan.bound), plan, events("abc", "h", "xyza", "-"))
    assert [[p.value for p in group] for group in found] == [["a", "b", "c"], ["h"], ["a"]]
