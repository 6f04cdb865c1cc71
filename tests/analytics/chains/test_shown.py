"""What events of steps show."""

from __future__ import annotations

import numpy as np
import orjson

from gamekeeper.analytics.chains.shown import Shown
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import And, Op, Predicate, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route

PLAN = Plan(
    RuleSet(()),
    (
        BoundRule(
            4,
            Route("windows.security"),
            And(
                (
                    Predicate("TargetUserName", Op.EXISTS, "true"),
                    Predicate("Odd", Op.EXISTS, "true"),
                )
            ),
        ),
        BoundRule(5, Route("windows.security"), Predicate("LogonType", Op.EQUALS, "3")),
    ),
)


def batch(*rows: dict[str, str]) -> EventBatch:
    builder = BatchBuilder()
    system = {"Channel": "Security", "Computer": "dc01"}
    events = [
        Event(0, at, filetime=1, event_id=4624, system=system, data=list(row.items()))
        for at, row in enumerate(rows)
    ]
    (found,) = [*(b for one in events for b in builder.add(one)), *builder.flush()]
    return found


def shown(events: EventBatch, *pairs: tuple[int, int]) -> list[dict[str, object]]:
    steps = np.array([step for step, _ in pairs], np.int32)
    rows = np.array([row for _, row in pairs], np.int64)
    return [orjson.loads(text) for text in Shown(PLAN, 4).texts(events, steps, rows).to_pylist()]


def test_each_step_shows_the_fields_that_it_names_and_no_others() -> None:
    events = batch({"TargetUserName": "ann", "LogonType": "3", "IpAddress": "10.0.0.1"})
    assert shown(events, (0, 0), (1, 0)) == [{"TargetUserName": "ann"}, {"LogonType": "3"}]


def test_fields_without_a_column_are_shown_too_and_are_not_those_of_equal_rows() -> None:
    events = batch({"TargetUserName": "ann", "Odd": "x"}, {"TargetUserName": "ann", "Odd": "y"})
    assert [found["Odd"] for found in shown(events, (0, 0), (0, 1))] == ["x", "y"]


def test_a_long_value_is_cut_and_says_so() -> None:
    (found,) = shown(batch({"TargetUserName": "x" * 5_000}), (0, 0))
    assert len(str(found["TargetUserName"])) < 1_000
    assert str(found["TargetUserName"]).endswith("…")
