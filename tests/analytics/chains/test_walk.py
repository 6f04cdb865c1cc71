"""The walk over rows: what is a window, and that it equals the slow truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.analytics.chains import worlds
from tests.analytics.chains.worlds import body, fact, file_of, sorted_facts

from gamekeeper.analytics.chains.ir import HOUR, Count, Order
from gamekeeper.analytics.chains.plan import BoundBody
from gamekeeper.analytics.chains.reference import stretches
from gamekeeper.analytics.chains.schema import Fact
from gamekeeper.analytics.chains.walk import Window, living, windows
from gamekeeper.engine.correlation import row_file


def found(folder: Path, bound: BoundBody, facts: Sequence[Fact]) -> list[Window]:
    return list(windows(bound, file_of(folder, sorted_facts(facts))))


def seconds(window: Window) -> tuple[float, float]:
    return window.first.time / 1e7, window.last.time / 1e7


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None
)
@given(bound=worlds.bodies(), facts=worlds.facts, step=st.sampled_from((1, 3, 2048)))
def test_the_walk_finds_what_the_slow_truth_finds(
    tmp_path: Path, bound: BoundBody, facts: list[Fact], step: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_file, "_STEP", step)
        file = file_of(tmp_path, facts)
    walked = [(w.first.row, w.last.row) for w in windows(bound, file)]
    assert walked == [w for k in dict.fromkeys(f.key for f in facts) for w in _of(bound, facts, k)]


def _of(bound: BoundBody, facts: list[Fact], key: bytes) -> list[tuple[int, int]]:
    return [w for w in stretches(bound, facts) if facts[w[0]].key == key]


def test_groups_that_lack_a_step_are_not_walked_over(tmp_path: Path) -> None:
    facts = [
        fact(step, n, host=host)
        for n, (host, step) in enumerate(zip("xxyyyzz", "aaabcbc", strict=True))
    ]
    file = file_of(tmp_path, sorted_facts(facts))
    assert [event.key[:1] for event in living(body().body, file)] == [b"y"] * 3


def test_all_steps_in_time_are_a_window(tmp_path: Path) -> None:
    facts = [fact("c", 1), fact("a", 10), fact("b", 50)]
    assert [seconds(w) for w in found(tmp_path, body(), facts)] == [(1, 50)]


def test_steps_too_far_apart_are_none(tmp_path: Path) -> None:
    assert found(tmp_path, body(), [fact("a", 0), fact("b", 5), fact("c", 61)]) == []


def test_steps_of_two_groups_do_not_meet(tmp_path: Path) -> None:
    facts = [fact("a", 0), fact("b", 1), fact("c", 2, host="other")]
    assert found(tmp_path, body(), facts) == []


def test_a_listed_order_is_kept(tmp_path: Path) -> None:
    bound = body(order=Order.LISTED)
    assert found(tmp_path, bound, [fact("a", 0), fact("c", 1), fact("b", 2)]) == []
    assert len(found(tmp_path, bound, [fact("a", 0), fact("b", 1), fact("c", 2)])) == 1


def test_an_order_may_leave_out_what_the_condition_does_not_ask(tmp_path: Path) -> None:
    bound = body("2 of (a, b, c)", order=Order.LISTED)
    (window,) = found(tmp_path, bound, [fact("a", 0), fact("c", 9)])
    assert sorted(window.picks) == [0, 2]


def test_steps_of_one_time_may_stand_in_their_order(tmp_path: Path) -> None:
    facts = [fact("c", 5), fact("b", 5), fact("a", 5)]
    assert len(found(tmp_path, body(order=Order.LISTED), facts)) == 1


def test_what_must_not_happen_cuts(tmp_path: Path) -> None:
    bound = body("a and b", steps="abcd", absent="d", optional="c")
    assert found(tmp_path, bound, [fact("a", 0), fact("d", 1), fact("b", 2)]) == []
    assert len(found(tmp_path, bound, [fact("d", 0), fact("a", 1), fact("b", 2)])) == 1


def test_distinct_values_are_counted_and_not_events(tmp_path: Path) -> None:
    bound = body(steps="a", counts={"a": Count(3, "thing")})
    same = [fact("a", second, thing="x") for second in range(9)]
    assert found(tmp_path, bound, same) == []
    (window,) = found(tmp_path, bound, [*same, fact("a", 9, thing="y"), fact("a", 10, thing="z")])
    assert seconds(window) == (8, 10)


def test_hours_of_the_clock_are_counted_and_not_events(tmp_path: Path) -> None:
    bound = body(steps="a", within_s=90_000, counts={"a": Count(3, HOUR)})
    near = [fact("a", 60 * minute) for minute in range(119)]
    assert found(tmp_path, bound, near) == []
    windows = found(tmp_path, bound, [*near, fact("a", 7 * 3_600), fact("a", 86_400)])
    assert [seconds(one) for one in windows] == [(59 * 60, 7 * 3_600), (118 * 60, 86_400)]


def test_two_events_far_enough_apart_are_found_among_near_ones(tmp_path: Path) -> None:
    bound = body(steps="a", within_s=1000, counts={"a": Count(2, apart_s=100)})
    near = [fact("a", second) for second in (0, 40, 80)]
    assert found(tmp_path, bound, near) == []
    assert [seconds(w) for w in found(tmp_path, bound, [*near, fact("a", 150)])] == [(40, 150)]


@pytest.mark.parametrize("order", list(Order))
def test_a_flood_of_one_step_hides_no_window(tmp_path: Path, order: Order) -> None:
    flood = [fact("b", 10 + number / 1000) for number in range(20_000)]
    chain = [fact("a", 5), fact("c", 55)]
    assert len(found(tmp_path, body(order=order), [*flood, *chain])) == 1


def test_a_second_round_is_a_window_of_its_own(tmp_path: Path) -> None:
    facts = [fact(step, second + start) for start in (0, 500) for second, step in enumerate("abc")]
    assert [seconds(w) for w in found(tmp_path, body(), facts)] == [(0, 2), (500, 502)]
