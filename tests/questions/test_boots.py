"""When hosts started."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches, security, system
from gamekeeper.model.build import Event
from gamekeeper.questions.boots import starts
from gamekeeper.store.selection import Selection

KERNEL = "Microsoft-Windows-Kernel-General"


def start(at: float) -> Event:
    return system(KERNEL, 12, at)


def stop(at: float) -> Event:
    return system(KERNEL, 13, at)


def audit(at: float) -> Event:
    return security(4608, at, {})


def log_started(at: float) -> Event:
    return system("EventLog", 6005, at)


def log_stopped(at: float) -> Event:
    return system("EventLog", 6006, at)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([stop(1000)], []),
        ([start(1000), audit(1002), log_started(1040)], [1000]),
        ([audit(1000), log_started(1040)], [1000]),
        ([log_started(1000)], [880]),
        ([log_stopped(990), log_started(1000)], [990]),
        ([start(1000), log_stopped(4990), log_started(5000)], [1000]),
        ([start(1000), stop(1050), start(1060)], [1000, 1060]),
        ([start(1000), start(1400)], [1000, 1400]),
        ([start(1000), audit(1500)], [1000]),
        ([start(1000), audit(2000)], [1000, 2000]),
        ([system("EventLog", 6009, 1000)], []),
        ([system("Microsoft-Windows-Time-Service", 12, 1000)], []),
    ],
    ids=[
        "a stop is no start",
        "witnesses of one start",
        "the audit log before the event log",
        "the event log alone",
        "the event log after a stop",
        "a restart of the event log",
        "a quick restart",
        "a crash at once",
        "a slow machine",
        "the kernel's word of the second is lost",
        "the version of the system",
        "another provider's 12",
    ],
)
def test_witnesses_of_one_start_count_once(
    tmp_path: Path, events: list[Event], found: list[int]
) -> None:
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        told = starts(snapshot, Selection(channels=("Security",)))
    assert [(one - MORNING) // SECOND for one in told.get("ws-01", ())] == found


@pytest.mark.corpus
def test_three_boots_of_a_real_machine(tmp_path: Path, corpus: Path) -> None:
    case = case_of(tmp_path / "case", corpus / "windows-background" / "2-vss_7-System.evtx")
    with case.snapshot() as snapshot:
        (told,) = starts(snapshot, Selection()).values()
        rows = snapshot.database().table(
            'SELECT "event.filetime" AS time FROM windows_system WHERE "EventID" = 12 '
            "AND Provider_Name = 'Microsoft-Windows-Kernel-General' ORDER BY time"
        )
    assert told == rows["time"].to_pylist()
    assert len(told) == 3
