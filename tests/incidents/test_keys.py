from __future__ import annotations

from dataclasses import replace

import numpy as np

from gamekeeper.incidents.keys import Facts, origins
from gamekeeper.incidents.witnesses import Logons

MINUTE = 60 * 10_000_000


def facts(sessions: list[int], times: list[int], accounts: list[int] | None = None) -> Facts:
    count = len(sessions)
    none = np.full(count, -1, np.int64)
    return Facts(
        np.arange(count),
        np.zeros(count, np.int64),
        np.array(accounts or [0] * count),
        np.array(sessions),
        none,
        none,
        none,
        np.array(times, np.int64),
        none,
        none,
        [],
    )


def logons(session: int, time: int, kind: int = 0) -> Logons:
    one = np.array([0], np.int64)
    return Logons(
        one,
        one,
        np.array([session]),
        one,
        np.array([time]),
        np.array([kind]),
        -one - 1,
        one,
        one,
        ["Network", "RemoteInteractive"],
    )


def test_a_session_is_found_by_its_id() -> None:
    assert origins(facts([7, 8], [900, 900]), logons(7, 0)).rows.tolist() == [0, -1]


def test_an_event_without_a_session_belongs_to_a_logon_of_just_now() -> None:
    found = origins(facts([-1, -1], [MINUTE, 3 * MINUTE]), logons(7, 0))
    assert found.rows.tolist() == [0, -1]


def test_a_session_whose_beginning_was_cleared_is_a_remote_desktop_of_the_same_half_day() -> None:
    beginning = logons(-1, 0, kind=1)
    found = origins(facts([9, 9], [60 * MINUTE, 13 * 60 * MINUTE]), beginning)
    assert found.rows.tolist() == [0, -1]


def test_another_account_did_not_come_with_it() -> None:
    other = replace(facts([-1], [MINUTE], [5]))
    assert origins(other, logons(7, 0)).rows.tolist() == [-1]
