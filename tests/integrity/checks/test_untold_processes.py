"""Processes that one of two witnesses stopped telling of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tests.fakes.facts import EVENTLOG, HOUR, NEW_YEAR, account, event, facts_of

from gamekeeper.integrity.checks.untold_processes import UntoldProcesses
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount

SYSMON = "Microsoft-Windows-Sysmon"


def processes(sysmon: Iterable[int], security: Iterable[int]) -> Iterator[Event]:
    """Two processes in each of some hours, as each of both logs tells them."""
    for record, hour in enumerate(security):
        for more in (0, 1):
            data = {"NewProcessId": hex(100 + record)}
            yield event(2 * record + more + 1, NEW_YEAR + hour * HOUR, 4688, data=data)
    for record, hour in enumerate(sysmon):
        data = {"ProcessGuid": f"{{747F3D96-C74B-5F67-0000-0010{record:08X}}}"}
        log = {"channel": f"{SYSMON}/Operational", "provider": SYSMON, "source": 1}
        yield event(record + 1, NEW_YEAR + hour * HOUR, 1, data=data, **log)  # type: ignore[arg-type]


def looked(
    events: Iterable[Event], sources: Sequence[SourceAccount] | None = None
) -> list[Anomaly]:
    return list(UntoldProcesses().look(facts_of(events, sources)))


def test_a_sysmon_that_falls_silent_beside_the_security_log_is_seen_after_hours() -> None:
    (found,) = looked(processes(range(10), range(20)))
    assert (found.strength, found.tampering) == (Strength.STRONG, "Sysmon switched off")
    assert found.start == NEW_YEAR + 10 * HOUR


def test_so_is_a_security_log_beside_sysmon() -> None:
    (found,) = looked(processes(range(30), [*range(10), *range(22, 30)]))
    assert (found.channel, found.tampering) == ("security", "auditing switched off")
    assert (found.start, found.stop) == (NEW_YEAR + 10 * HOUR, NEW_YEAR + 22 * HOUR)


def test_a_sysmon_that_often_tells_of_nothing_is_not_odd() -> None:
    assert looked(processes(range(0, 30, 3), range(30))) == []


def test_some_hours_with_both_are_needed() -> None:
    assert looked(processes(range(4), range(20))) == []


def test_what_comes_before_the_first_record_may_have_rotated_away() -> None:
    assert looked(processes(range(20, 30), range(30))) == []


def test_two_texts_may_end_where_they_were_cut() -> None:
    texts = [replace(account(number), format="json") for number in (0, 1)]
    (found,) = looked(processes(range(10), range(20)), texts)
    assert found.strength is Strength.WEAK


def test_a_log_that_was_full_fell_silent_for_that() -> None:
    full = event(99, NEW_YEAR + 9 * HOUR + 1, 1104, provider=EVENTLOG)
    assert looked([*processes(range(20), range(10)), full]) == []


def test_it_may_have_been_full_hours_before_the_next_process() -> None:
    full = event(99, NEW_YEAR + 9 * HOUR + 1, 1104, provider=EVENTLOG)
    hours = [*range(10), *range(14, 26)]
    assert looked(processes(hours, range(10)))
    assert looked([*processes(hours, range(10)), full]) == []


def test_a_log_that_lacks_numbers_there_is_not_silent() -> None:
    events = list(processes([*range(10), *range(20, 25)], range(25)))
    events = [
        replace(one, event_record_id=(one.event_record_id or 0) + 50, record_id=None)
        if one.source == 1 and (one.filetime or 0) >= NEW_YEAR + 20 * HOUR
        else one
        for one in events
    ]
    (found,) = looked(events)
    assert found.strength is Strength.WEAK
