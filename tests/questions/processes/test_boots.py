"""When hosts started."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches, security, started, system
from gamekeeper.questions.processes.boots import Mark, boots, moments
from gamekeeper.questions.processes.log import read
from gamekeeper.store.selection import Selection

KERNEL = "Microsoft-Windows-Kernel-General"


def at(*marks: tuple[int, Mark]) -> list[int]:
    return [time // SECOND for time in moments((second * SECOND, mark) for second, mark in marks)]


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ([], []),
        ([(1000, Mark.EARLY), (1002, Mark.EARLY), (1040, Mark.LATE), (1040, Mark.WEAK)], [1000]),
        ([(1000, Mark.LATE), (1000, Mark.WEAK)], [880]),
        ([(990, Mark.STOP), (1000, Mark.LATE)], [990]),
        ([(1000, Mark.WEAK)], [880]),
        ([(1000, Mark.EARLY), (5000, Mark.WEAK)], [1000]),
        ([(1000, Mark.EARLY), (1050, Mark.STOP), (1060, Mark.EARLY)], [1000, 1060]),
        ([(1000, Mark.EARLY), (1400, Mark.EARLY)], [1000, 1400]),
        ([(1000, Mark.STOP)], []),
    ],
)
def test_marks_of_one_boot_count_once(marks: list[tuple[int, Mark]], found: list[int]) -> None:
    assert at(*marks) == found


def test_boots_are_read_from_the_logs_of_each_host(tmp_path: Path) -> None:
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


@pytest.mark.corpus
def test_three_boots_of_a_real_machine(tmp_path: Path, corpus: Path) -> None:
    case = case_of(tmp_path / "case", corpus / "windows-background" / "2-vss_7-System.evtx")
    with case.snapshot() as snapshot:
        rows = snapshot.database().table(
            'SELECT "event.filetime" AS time, EventID AS id FROM windows_system '
            "WHERE Provider_Name IN ('EventLog', 'Microsoft-Windows-Kernel-General') "
            "AND EventID IN (12, 13, 6006, 6009)"
        )
    kinds = {12: Mark.EARLY, 13: Mark.STOP, 6006: Mark.STOP, 6009: Mark.LATE}
    marks = [(row["time"], kinds[row["id"]]) for row in rows.to_pylist()]
    assert moments(marks) == sorted(time for time, mark in marks if mark is Mark.EARLY)
    assert len(moments(marks)) == 3
