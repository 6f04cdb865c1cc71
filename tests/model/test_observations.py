"""Observations: what stays the same over reruns."""

from __future__ import annotations

from dataclasses import replace

from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.observations import Cited, Observation

SEEN = Observation(
    SignalKind.BREAK, "holes", "Records are missing", 9, (), "", "dc01", "", "security", "", ""
)
EARLY = Cited(0, 512, 100, b"a" * 16)
LATE = Cited(0, 1024, 200, b"b" * 16)


def test_the_first_event_names_an_observation_in_whatever_order_events_come() -> None:
    assert replace(SEEN, events=(LATE, EARLY)).fingerprint == EARLY.fingerprint
    assert replace(SEEN, events=(EARLY, LATE)).fingerprint == EARLY.fingerprint


def test_without_events_place_and_time_tell_observations_apart() -> None:
    names = {one.fingerprint for one in (SEEN, replace(SEEN, host="dc02"), replace(SEEN, first=1))}
    assert len(names) == 3


def test_how_it_is_told_does_not_change_what_it_is() -> None:
    assert replace(SEEN, text="other words", bits=3).fingerprint == SEEN.fingerprint
