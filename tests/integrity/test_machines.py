"""Machines as their logs tell of them."""

from __future__ import annotations

import pytest
from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.machines import Machines, covered, machines
from gamekeeper.model.build import Event

KERNEL = "Microsoft-Windows-Kernel-General"
POWER = "Microsoft-Windows-Kernel-Power"
BOOT = NEW_YEAR + 5 * HOUR


def system(code: int, time: int, provider: str = KERNEL, **data: str) -> Event:
    return event(None, time, code, channel="System", provider=provider, data=data)


def lived(*events: Event) -> Machines:
    return machines(facts_of([*steady(1, 60), *events]))


def test_a_shutdown_and_a_start_bound_a_reboot() -> None:
    stop = NEW_YEAR + 60 * MINUTE
    (found,) = lived(system(13, stop), system(12, BOOT)).downtimes("dc01", NEW_YEAR, BOOT)
    assert (found.kind, found.stop, found.both_told) == ("reboot", BOOT, True)
    assert found.start is not None
    assert abs(found.start - stop) <= 2 * MINUTE


def test_41_after_the_start_makes_it_a_crash() -> None:
    found = lived(system(12, BOOT), system(41, BOOT + MINUTE, POWER))
    assert [one.kind for one in found.downtimes("dc01", NEW_YEAR, BOOT)] == ["crash"]


def test_marks_of_one_start_count_once_and_the_same_mark_again_is_another_start() -> None:
    machine = lived(
        system(12, BOOT),
        system(6009, BOOT + MINUTE, "EventLog"),
        system(12, BOOT + 3 * MINUTE),
    ).of("dc01")
    assert [one.filetime for one in machine.starts] == [BOOT, BOOT + 3 * MINUTE]


def test_the_event_log_alone_starts_no_machine() -> None:
    assert lived(system(6005, BOOT, "EventLog")).of("dc01").starts == []


def test_sleep_and_waking_bound_a_sleep() -> None:
    slept = lived(system(42, BOOT, POWER), system(107, BOOT + HOUR, POWER))
    (found,) = slept.downtimes("dc01", BOOT, BOOT + HOUR)
    assert (found.kind, found.start, found.stop) == ("sleep", BOOT, BOOT + HOUR)


@pytest.mark.parametrize(("days_up", "is_proof"), [(9, True), (0, False)])
def test_an_uptime_proves_that_there_was_no_restart(days_up: int, is_proof: bool) -> None:
    said = system(6013, BOOT + HOUR, "EventLog", Data=str(days_up * 86400 + 60))
    proof = lived(said).of("dc01").up_through(NEW_YEAR, BOOT)
    assert (proof is not None) is is_proof


def test_the_share_of_a_time_that_downtime_covers_counts_no_moment_twice() -> None:
    found = lived(
        system(42, BOOT, POWER),
        system(107, BOOT + HOUR, POWER),
        system(506, BOOT, POWER),
        system(507, BOOT + HOUR, POWER),
    ).downtimes("dc01", BOOT, BOOT + 2 * HOUR)
    assert covered(found, BOOT, BOOT + 2 * HOUR) == 0.5


def test_a_start_of_the_event_log_is_no_start_where_the_kernel_speaks() -> None:
    general = "Microsoft-Windows-Kernel-General"
    restart = event(9, NEW_YEAR + HOUR, 6009, channel="System", provider="EventLog")
    kernel = event(1, NEW_YEAR, 12, channel="System", provider=general)
    both = machines(facts_of([kernel, restart])).of("dc01").starts
    assert [one.code for one in both] == [12]
    alone = machines(facts_of([restart])).of("dc01").starts
    assert [one.code for one in alone] == [6009]


@pytest.mark.parametrize(("days_up", "starts"), [(9, []), (0, [6009])])
def test_an_uptime_told_later_unmasks_a_start_of_the_event_log(
    days_up: int, starts: list[int]
) -> None:
    said = system(6013, BOOT + HOUR, "EventLog", Data=str(days_up * 86_400 + 1800))
    found = lived(system(6009, BOOT, "EventLog"), said).of("dc01").starts
    assert [one.code for one in found] == starts


@pytest.mark.parametrize(("missing", "starts"), [(0, []), (1, [6009])])
def test_where_no_record_before_it_can_be_missing_the_kernel_would_have_spoken(
    missing: int, starts: list[int]
) -> None:
    before = steady(1, 60, channel="System", provider="P")
    log_start = event(61 + missing, BOOT, 6009, channel="System", provider="EventLog")
    found = machines(facts_of([*before, log_start])).of("dc01").starts
    assert [one.code for one in found] == starts
