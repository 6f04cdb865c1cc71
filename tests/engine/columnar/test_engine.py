"""The fast engine equals the slow truth."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from fakes.generated import batches, plans
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.plan import Plan


def assert_equal(plan: Plan, batch: EventBatch) -> None:
    fast, slow = ColumnarEngine(plan).match(batch), ReferenceEngine(plan).match(batch)
    assert list(zip(fast.row, fast.rule, strict=True)) == list(
        zip(slow.row, slow.rule, strict=True)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_it_finds_what_the_reference_finds(plan: Plan, batch: EventBatch) -> None:
    assert_equal(plan, batch)
