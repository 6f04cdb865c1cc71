"""Demands that do not agree; test_parse.py has the golden cases of what each error says."""

from __future__ import annotations

import pytest

from gamekeeper.analytics.chains.checks import ORDERED_STEPS, check_body, check_readings
from gamekeeper.analytics.chains.condition import every
from gamekeeper.analytics.chains.ir import Body, Order, Reading, Step
from gamekeeper.errors import RuleError


def test_an_order_of_very_many_steps_is_refused() -> None:
    names = [f"s{n}" for n in range(ORDERED_STEPS + 1)]
    body = Body(tuple(Step(n, n) for n in names), ("host",), 60, every(names), Order.LISTED)
    with pytest.raises(RuleError, match=f"more than {ORDERED_STEPS}"):
        check_body(body, "")


def test_a_field_of_a_log_needs_no_ecs_name() -> None:
    check_readings((("port", Reading("DestPort")),), "entities")


def test_a_name_with_a_dot_has_to_be_an_ecs_name() -> None:
    with pytest.raises(RuleError, match="no ECS name"):
        check_readings((("port", Reading("destination.prot")),), "entities")
