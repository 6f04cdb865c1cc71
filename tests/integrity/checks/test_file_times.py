"""Log files that are older than what they hold."""

from __future__ import annotations

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, account, facts_of, steady

from gamekeeper.integrity.checks.file_times import FileTimes
from gamekeeper.model.breaks import Anomaly, Strength

LAST = NEW_YEAR + 59 * MINUTE


def looked(**evidence: object) -> list[Anomaly]:
    return list(FileTimes().look(facts_of(steady(1, 60), [account(**evidence)])))


def test_a_closed_log_that_was_written_last_before_its_last_record_is_possible() -> None:
    (found,) = looked(modified=NEW_YEAR - HOUR)
    assert found.strength is Strength.WEAK
    assert (found.start, found.stop) == (NEW_YEAR - HOUR, LAST)


def test_times_behind_the_last_record_are_those_of_copies() -> None:
    assert looked(modified=LAST + 99 * HOUR) == []
    assert looked(modified=LAST - 9 * MINUTE) == []


def test_the_file_time_of_an_open_log_is_old_by_nature() -> None:
    assert looked(modified=NEW_YEAR, file_header={"is_dirty": True}) == []


def test_a_file_of_which_no_archive_tells_a_time_says_nothing() -> None:
    assert looked() == []
