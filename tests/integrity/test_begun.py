"""What began in each host's logs, and since when a log is whole."""

from __future__ import annotations

import numpy as np
from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.begun import has_begun, ids_begun, whole


def at(*times: int) -> np.ndarray:
    return np.array(times, np.int64)


def test_a_pid_counts_in_its_own_time_only() -> None:
    start = event(1, NEW_YEAR, 4688, data={"NewProcessId": "0x1a2c"})
    begun = ids_begun(facts_of([start]).table("starts"), 1)
    ids = at(0x1A2C, 0x1A2C, 0x1A2D)
    since, until = (
        at(*[NEW_YEAR + by * HOUR for by in hours]) for hours in ((-1, 1, -1), (1, 2, 1))
    )
    assert has_begun(begun, ids, 1, since, until).tolist() == [True, False, False]


def test_a_log_is_whole_as_long_as_its_numbers_follow() -> None:
    facts = facts_of([*steady(1, 10), *steady(30, 40, start=NEW_YEAR + HOUR, source=1)])
    log = whole(facts, "dc01", "security")
    covered = log.covers(at(NEW_YEAR, NEW_YEAR), at(NEW_YEAR + 9 * MINUTE, NEW_YEAR + HOUR))
    assert covered.tolist() == [True, False]


def test_what_was_cut_out_of_a_file_does_not_divide_it() -> None:
    events = [one for one in steady(1, 60) if one.event_record_id not in (30, 31)]
    log = whole(facts_of(events), "dc01", "security")
    assert log.covers(at(NEW_YEAR), at(NEW_YEAR + 59 * MINUTE)).all()
    assert log.cut(NEW_YEAR + 29 * MINUTE, NEW_YEAR + 40 * MINUTE)
    assert not log.cut(NEW_YEAR, NEW_YEAR + 20 * MINUTE)


def test_a_log_that_is_not_there_is_whole_at_no_time() -> None:
    assert not whole(facts_of([]), "dc01", "security").covers(at(1), at(2)).any()
