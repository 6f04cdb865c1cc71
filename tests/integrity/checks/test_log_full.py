"""A log that was full."""

from __future__ import annotations

from tests.fakes.facts import EVENTLOG, HOUR, NEW_YEAR, SECOND, event, facts_of, steady

from gamekeeper.integrity.checks.log_full import LogFull

FULL = event(1, NEW_YEAR, 1104, provider=EVENTLOG)


def test_a_full_log_loses_until_it_speaks_again() -> None:
    (found,) = LogFull().look(facts_of([FULL, *steady(2, 9, start=NEW_YEAR + 3 * HOUR)]))
    assert (found.start, found.stop) == (NEW_YEAR, NEW_YEAR + 3 * HOUR)


def test_a_full_log_that_is_archived_at_once_loses_nothing() -> None:
    archived = event(2, NEW_YEAR + SECOND, 1105, provider=EVENTLOG)
    assert list(LogFull().look(facts_of([FULL, archived]))) == []
