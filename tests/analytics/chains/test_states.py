"""How far a body has come; test_walk.py holds all of it against the slow truth."""

from __future__ import annotations

from tests.analytics.chains.worlds import body, fact, sorted_facts

from gamekeeper.analytics.chains.ir import Count, Order
from gamekeeper.analytics.chains.plan import BoundBody
from gamekeeper.analytics.chains.schema import Fact
from gamekeeper.analytics.chains.states import State, state_of, ways


def taken(bound: BoundBody, facts: list[Fact]) -> State:
    state = state_of(bound, lambda _: iter(()))
    for one in sorted_facts(facts):
        state.take(one)
    return state


def test_the_latest_events_are_what_is_kept() -> None:
    state = taken(body("a and b", steps="ab"), [fact("a", n) for n in range(9)] + [fact("b", 9)])
    assert {role: [one.row for one in facts] for role, facts in state.picks().items()} == {
        0: [8],
        1: [9],
    }


def test_a_count_keeps_as_many_as_it_counts() -> None:
    bound = body(steps="a", counts={"a": Count(3)})
    start = taken(bound, [fact("a", n) for n in range(9)]).start()
    assert start is not None
    assert start.row == 6


def test_nothing_is_complete_before_it_is() -> None:
    assert taken(body(), [fact("a", 0), fact("b", 1)]).start() is None


def test_ways_are_the_smallest_sets_of_steps() -> None:
    bound = body("a and (b or c)", order=Order.LISTED)
    assert ways(bound.body) == [(0, 1), (0, 2)]
    assert ways(body("a or (a and b)", steps="ab").body) == [(0,)]
