"""The sweep over every rule and every event: it says what the plain slow truth says, and notices errors."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fakes.generated import batches, plans
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import REFERENCES, Not, predicates
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import Plan
from gamekeeper.rules.routing import build_plan

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.every_rule_every_event import sweep


def asks_fields(plan: Plan) -> bool:
    """No condition compares a field with the whole event, which no rule can write down."""
    asked = (one for bound in plan.bound for one in predicates(bound.condition))
    return not any(one.op in REFERENCES and not one.name for one in asked)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans().filter(asks_fields), batch=batches)
def test_the_patient_truth_is_the_plain_one(plan: Plan, batch: EventBatch) -> None:
    made = sweep(plan, [batch, batch], engine=ReferenceEngine(plan), sample=len(batch))
    assert made.differences == []
    assert made.counts["events asked the plain way"] == len(batch)


@pytest.mark.corpus
def test_all_rules_agree_on_small_real_logs_and_a_changed_rule_is_noticed(corpus: Path) -> None:
    plan = build_plan(load_rules([corpus / "sigma-rules", "builtin"]))
    logs = list(read_events([str(corpus / "sigma-regression")]))
    made = sweep(plan, logs, sample=5)
    assert made.differences == []
    assert made.counts["matches"] > 100
    engine = ColumnarEngine(plan)
    true = {rule for batch in logs for rule in engine.match(batch).rule.tolist()}
    first = next(number for number, bound in enumerate(plan.bound) if bound.rule in true)
    changed = list(plan.bound)
    changed[first] = replace(changed[first], condition=Not(changed[first].condition))
    other = replace(plan, bound=tuple(changed), digest="")
    noticed = sweep(plan, logs, engine=ColumnarEngine(other))
    assert plan.rules.rules[plan.bound[first].rule].id in " ".join(noticed.differences)
