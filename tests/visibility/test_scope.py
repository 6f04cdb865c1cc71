"""Which hosts and days are asked about, and how far a log covers them."""

from __future__ import annotations

import numpy as np
from tests.fakes.seeing import DAY, NEW_YEAR, each_hour, event, scope_in

from gamekeeper.visibility.scope import MOST_DAYS, reach


def reached(slots: list[int]) -> tuple[int, int]:
    first, last = reach(np.zeros(len(slots), np.int64), np.array(slots, np.int64), 1)
    return int(first[0]), int(last[0])


def test_days_run_from_the_first_to_the_last_without_a_hole() -> None:
    scope = scope_in([event(1, NEW_YEAR), event(2, NEW_YEAR + 3 * DAY)])
    assert scope.days.tolist() == [NEW_YEAR + n * DAY for n in range(4)]


def test_a_stray_time_does_not_make_millions_of_days() -> None:
    scope = scope_in([event(1, DAY), event(2, NEW_YEAR)])
    assert scope.shape == (1, 2)
    assert scope.left_out > MOST_DAYS


def test_a_day_must_be_covered_for_the_hours_in_which_the_host_spoke() -> None:
    scope = scope_in([event(1, NEW_YEAR + DAY // 2), *each_hour(4624, 1, first=1)])
    assert scope.needed_from[0, 0] * 24 == scope.needed_to[0, 0] * 24
    assert (scope.needed_to - scope.needed_from)[1, 1] == 23


def test_a_log_that_always_speaks_covers_no_silence() -> None:
    assert reached(list(range(100))) == (0, 99)


def test_a_log_that_seldom_speaks_covers_a_silence_as_long_as_usual() -> None:
    first, last = reached([0, 50, 99])
    assert first < -10
    assert last > 110


def test_a_log_that_is_not_there_covers_nothing() -> None:
    first, last = reach(np.zeros(0, np.int64), np.zeros(0, np.int64), 1)
    assert last[0] < first[0]
