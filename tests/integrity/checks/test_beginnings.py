"""Logs that begin in the middle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import DAY, EVENTLOG, HOUR, NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.checks.beginnings import Beginnings
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

ROOMY = {"chunks": 17, "file_header": {"is_full": False}}


def emptied(first: int = 5000, channel: str = "Security", source: int = 0) -> list[Event]:
    """A log that begins in its first chunk with a high number."""
    events = steady(first, first + 50, start=NEW_YEAR + DAY, channel=channel, source=source)
    return [replace(one, offset=4608 + at * 512) for at, one in enumerate(events)]


def looked(events: Iterable[Event], **evidence: object) -> list[Anomaly]:
    rows = list(events)
    sources = [account(n, **(evidence or ROOMY)) for n in sorted({one.source for one in rows})]
    return list(Beginnings().look(facts_of(rows, sources)))


def test_a_security_log_that_begins_in_the_middle_without_1102_was_emptied() -> None:
    (found,) = looked(emptied())
    assert (found.strength, found.records) == (Strength.STRONG, (None, 4999))
    assert found.evidence[0].record == 5000


def test_a_recorded_clear_is_the_reason() -> None:
    clear = replace(event(4999, NEW_YEAR + DAY, 1102, provider=EVENTLOG), offset=4608)
    assert looked([clear, *emptied()]) == []


def test_another_channel_is_weak_without_the_system_log_of_that_time() -> None:
    (found,) = looked(emptied(channel="Application"))
    assert found.strength is Strength.WEAK


def test_a_system_log_of_that_time_without_104_makes_it_strong() -> None:
    system = steady(1, 60, every=HOUR, channel="System", source=1)
    (found,) = looked([*emptied(channel="Application"), *system])
    assert found.strength is Strength.STRONG
    assert found.evidence[-1].source == 1


def test_a_file_that_came_around_or_is_full_has_lost_its_oldest() -> None:
    around = [replace(one, offset=one.offset + 5 * 65_536) for one in emptied()]
    assert looked(around) == []
    assert looked(emptied(), chunks=17, file_header={"is_full": True}) == []
    assert looked(emptied(), chunks=1, file_header={"is_full": False}) == []


def test_a_log_with_its_first_record_and_one_of_a_renamed_host_are_whole() -> None:
    assert looked(emptied(1)) == []
    renamed = [replace(one, system={**one.system, "Computer": "WIN-1"}) for one in emptied(1)]
    later = [replace(one, offset=one.offset + 52 * 512) for one in emptied(52)]
    assert looked([*renamed, *later]) == []
