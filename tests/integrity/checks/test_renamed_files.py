"""Logs that stand under another log's name."""

from __future__ import annotations

import pytest
from tests.fakes.facts import account, event, facts_of, steady

from gamekeeper.integrity.checks.renamed_files import RenamedFiles, channel_named
from gamekeeper.integrity.judging import judge
from gamekeeper.model.breaks import Break, Standing
from gamekeeper.model.build import Event


def found(path: str, events: list[Event]) -> tuple[Break, ...]:
    return judge(facts_of(events, [account(0, path)]), [RenamedFiles()])


def test_a_log_of_its_own_under_another_logs_name_is_likely() -> None:
    (one,) = found("C/winevt/Logs/System.evtx", steady(500, 520))
    assert (one.standing, one.cause) == (Standing.LIKELY, "log replaced")
    assert (one.anomaly.start, one.anomaly.stop) != (None, None)


def test_an_export_may_carry_any_name() -> None:
    events = [event(900 + at, 10**17 + at, header=at) for at in range(1, 9)]
    (one,) = found("System.evtx", events)
    assert (one.standing, one.cause) == (Standing.EXPLAINED, "export")


@pytest.mark.parametrize(
    "path", ["Security.evtx", "evidence-of-system.evtx", "ForwardedEvents.evtx", "security.json"]
)
def test_names_that_fit_or_say_nothing_are_no_break(path: str) -> None:
    assert found(path, steady(500, 520)) == ()


@pytest.mark.parametrize(
    ("path", "channel"),
    [
        ("a.zip!Logs/Security.evtx", "security"),
        ("Archive-Security-2026-01-02-03-04-05-678.evtx", "security"),
        ("D\\Microsoft-Windows-Sysmon%4Operational.EVTX", "microsoft-windows-sysmon/operational"),
        ("Security.json", ""),
    ],
)
def test_channels_are_read_from_names_as_windows_gives_them(path: str, channel: str) -> None:
    assert channel_named(path) == channel
