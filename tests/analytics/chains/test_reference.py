"""The slow truth itself, on cases that can be checked by hand."""

from __future__ import annotations

from tests.analytics.chains.worlds import body, fact, sorted_facts

from gamekeeper.analytics.chains.ir import HOUR, Count, Order
from gamekeeper.analytics.chains.reference import stretches


def test_a_window_has_nothing_that_could_be_taken_from_its_ends() -> None:
    facts = sorted_facts([fact(step, at) for at, step in enumerate("aabcc")])
    assert stretches(body(), facts) == [(1, 3)]


def test_an_order_is_one_event_after_the_other() -> None:
    facts = sorted_facts([fact(step, at) for at, step in enumerate("bacb")])
    assert stretches(body(order=Order.LISTED, steps="ab"), facts) == [(1, 3)]


def test_hours_of_the_clock_are_counted_once_whatever_the_day() -> None:
    facts = sorted_facts([fact("a", 3_600 * hour) for hour in (0, 0.5, 1, 24.5, 26)])
    bound = body(steps="a", within_s=90_000, counts={"a": Count(3, HOUR)})
    assert stretches(bound, facts) == [(2, 4)]


def test_an_absent_step_parts_a_group() -> None:
    facts = sorted_facts([fact(step, at) for at, step in enumerate("adbab")])
    assert stretches(body("a and b", steps="abcd", absent="d", optional="c"), facts) == [
        (2, 3),
        (3, 4),
    ]


def test_counts_are_of_events_of_values_or_of_two_events_apart() -> None:
    facts = sorted_facts([fact("a", at, thing=thing) for at, thing in enumerate("xxy")])
    assert stretches(body(steps="a", counts={"a": Count(3)}), facts) == [(0, 2)]
    assert stretches(body(steps="a", counts={"a": Count(2, "thing")}), facts) == [(1, 2)]
    assert stretches(body(steps="a", counts={"a": Count(2, apart_s=2)}), facts) == [(0, 2)]
