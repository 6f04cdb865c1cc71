"""Rows by log."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import NEW_YEAR, batches_of, event

from gamekeeper.integrity.gathering.groups import grouped
from gamekeeper.model.build import Event
from gamekeeper.model.events import RecordState


def logs(events: list[Event]) -> list[tuple[int, str, str] | None]:
    (batch,) = batches_of(events)
    found = grouped(batch)
    return [
        (int(found.source[code]), found.host[code], found.channel[code]) if code >= 0 else None
        for code in found.code.tolist()
    ]


def test_spellings_of_one_host_and_channel_are_one_log() -> None:
    events = [event(1, NEW_YEAR, host="DC01.example.org"), event(2, NEW_YEAR, host="dc01")]
    assert logs(events) == [(0, "dc01", "security")] * 2


def test_a_stale_record_counts_for_no_log() -> None:
    stale = replace(event(1, NEW_YEAR), state=RecordState.STALE)
    assert logs([stale, event(2, NEW_YEAR)])[0] is None


def test_a_name_that_is_absent_is_empty() -> None:
    nameless = replace(event(1, NEW_YEAR), system={"Channel": "Security"})
    assert logs([nameless]) == [(0, "", "security")]
