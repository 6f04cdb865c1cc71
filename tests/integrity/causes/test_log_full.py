"""Logs that had no room left."""

from __future__ import annotations

from tests.fakes.facts import EVENTLOG, HOUR, NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.causes.log_full import LogFull
from gamekeeper.model.breaks import Anomaly, Explanation, Strength
from gamekeeper.model.build import Event

END = NEW_YEAR + HOUR
SILENCE = Anomaly(
    "silent_channels", "", "", Strength.STRONG, "dc01", "security", END, END + HOUR, source=0
)


def weighed(last: Event, **evidence: object) -> Explanation | None:
    return LogFull().weigh(SILENCE, facts_of([*steady(1, 60), last], [account(0, **evidence)]))


FULL = event(61, END, 1104, provider=EVENTLOG)


def test_a_log_whose_last_word_is_that_it_is_full_fell_silent_by_that() -> None:
    found = weighed(FULL)
    assert found is not None
    assert (found.strength, found.speaks_for[0].record) == (Strength.STRONG, 61)


def test_a_header_that_says_so_too_leaves_no_doubt() -> None:
    found = weighed(FULL, file_header={"is_full": True})
    assert found is not None
    assert found.strength is Strength.CERTAIN


def test_a_log_that_was_full_at_another_time_explains_nothing() -> None:
    assert weighed(event(61, END - HOUR, 1104, provider=EVENTLOG)) is None
    assert weighed(event(61, END)) is None
