from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.incidents.keys import Facts, origins
from gamekeeper.incidents.logons import Logons

MINUTE = 60 * 10_000_000
#: Five days of a quiet host, so that what comes then is rare.
QUIET = [(1_767_225_600 + 3600 * hour, "A: Backup done", "mill") for hour in range(0, 120, 6)]
ENTRY = 1_767_225_600 + 4 * 86_400


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


def told(folder: Path, *rows: tuple[int, str, str]) -> list[list[str]]:
    """Return the texts of each incident of a hunt in alerts of (seconds, name, host)."""
    path = folder / "alerts.csv"
    lines = [f"{time},{name},10.9.0.1,{host},s\n" for time, name, host in (*QUIET, *rows)]
    path.write_text("".join(["time,name,ip,host,short\n", *lines]))
    with start(Request((str(path),), rules=("builtin",), workers=1)) as hunt:
        return [[step.text for step in one.steps] for one in hunt.result.incidents]


def test_alerts_about_one_host_within_minutes_hang_together(tmp_path: Path) -> None:
    rows = (
        (ENTRY, "A: SQL injection attempt", "mill"),
        (ENTRY + 100, "A: Port scan", "mill"),
        (ENTRY + 200, "A: Possible webshell", "mill"),
        (ENTRY + 400, "A: Sudo to root executed", "mill"),
        (ENTRY + 9000, "A: Agent stopped", "mill"),
    )
    [found] = told(tmp_path, *rows)
    assert [text.partition(" [")[0] for text in found] == [row[1] for row in rows[:-1]]


def test_alerts_about_other_hosts_or_an_hour_later_stay_apart(tmp_path: Path) -> None:
    rows = (
        (ENTRY - 3600, "A: SQL injection attempt", "mill"),
        (ENTRY, "A: Possible webshell", "mill"),
        (ENTRY, "A: Sudo to root executed", "gate"),
    )
    assert told(tmp_path, *rows) == []
