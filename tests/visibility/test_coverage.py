"""Answers in stretches."""

from __future__ import annotations

import numpy as np
from tests.fakes.seeing import DAY, NEW_YEAR, controller, coverage, each_hour, processes, result

from gamekeeper.model.visibility import Sight
from gamekeeper.visibility.coverage import NOT_ASKED, joined, runs


def test_hosts_alike_stand_together() -> None:
    found = coverage(result([*processes("A"), *processes("B")]), "VT-CA-08")
    assert [one.hosts for one in found.stretches] == [("a", "b")]


def test_a_change_of_days_makes_two_stretches() -> None:
    others = each_hour(7036, 6, channel="System")
    found = coverage(result([*processes(days=3), *others]), "VT-CA-08").stretches
    blind = next(one for one in found if one.sight is Sight.BLIND)
    assert blind.last_day == NEW_YEAR + 5 * DAY
    assert blind.lacking[0].startswith("no ")


def test_host_days_add_up() -> None:
    found = coverage(
        result([*processes(days=3), *each_hour(7036, 6, channel="System")]), "VT-CA-08"
    )
    assert sum(found.host_days) == 6


def test_a_technique_is_seen_where_all_that_shows_it_is() -> None:
    grids = [np.array([[0, 2, 2, -1]], np.int8), np.array([[0, 0, 2, -1]], np.int8)]
    assert joined(grids, (1, 4)).tolist() == [[0, 1, 2, NOT_ASKED]]


def test_runs_leave_out_what_is_not_asked() -> None:
    state = np.array([[1, 1, 2], [1, 1, 2]], np.int32)
    asked = np.array([[True, True, False], [True, True, False]])
    assert runs(state, asked) == [([0, 1], 0, 1)]


def test_a_chain_that_takes_longer_than_the_logs_reach_is_blind() -> None:
    found = coverage(result(controller()), "SC-10")
    assert found.stretches[0].lacking == ("the logs span less than the 7 days that it takes",)


def test_no_host_of_a_role_is_said() -> None:
    found = coverage(result(processes()), "VT-PE-02")
    assert found.because == "no host is known to be a web server"
