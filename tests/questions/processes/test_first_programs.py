"""Starts of hosts as processes see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches, security, started, system
from gamekeeper.questions.processes.first_programs import boots, joined
from gamekeeper.questions.processes.log import read
from gamekeeper.store.selection import Selection

KERNEL = "Microsoft-Windows-Kernel-General"


@pytest.mark.parametrize(
    ("told", "first", "found"),
    [
        ([], [], []),
        ([1000], [], [1000]),
        ([1000], [1001, 1002], [1000]),
        ([], [1001, 1002, 5000], [1001, 5000]),
        ([1000], [970], [970]),
        ([1000], [300], [300, 1000]),
        ([1000, 1060], [1001, 1061], [1000, 1060]),
        ([1000], [700, 850], [700, 850]),
    ],
    ids=[
        "nothing",
        "told alone",
        "both",
        "first programs alone",
        "told a little later",
        "two starts",
        "two starts in a minute",
        "two starts before one that is told",
    ],
)
def test_first_programs_and_what_logs_tell_are_one_start(
    told: list[int], first: list[int], found: list[int]
) -> None:
    joint = joined([one * SECOND for one in told], [one * SECOND for one in first])
    assert [one // SECOND for one in joint] == found


def test_starts_are_those_of_each_host(tmp_path: Path) -> None:
    events = [
        started(-50, 400, "C:\\Windows\\System32\\smss.exe", parent=(4, ""), host="ws-02"),
        started(9, 400, "C:\\Windows\\System32\\smss.exe", parent=(392, "C:\\smss.exe")),
        system(KERNEL, 12, 5),
        system("EventLog", 6009, 30),
        system("Microsoft-Windows-Time-Service", 12, 500),
        security(4608, 1_000, {}, host="ws-03.example.org"),
        started(1_001, 8, "C:\\a.exe", parent=(4, ""), host="WS-03"),
        system(KERNEL, 12, 1, host="without-processes"),
    ]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        records = read(snapshot, Selection())
        found = boots(snapshot, Selection(), records)
    named = zip(found.hosts.tolist(), found.times.tolist(), strict=True)
    assert {records.host_names[host]: (time - MORNING) // SECOND for host, time in named} == {
        "ws-02": -50,
        "ws-01": 5,
        "ws-03": 1_000,
    }
