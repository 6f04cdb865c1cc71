"""Which records of each log are there."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.ledger import ledger


def test_each_channel_of_a_host_is_a_log_and_each_file_a_copy() -> None:
    events = [*steady(1, 9), *steady(5, 12, source=1), *steady(1, 3, channel="System", source=2)]
    book = ledger(facts_of(events))
    assert [(log.channel, len(log.copies)) for log in book.of("dc01")] == [
        ("security", 2),
        ("system", 1),
    ]
    assert book.log("dc01", "application") is None


def test_a_copy_knows_its_bounds_in_numbers_and_time() -> None:
    log = ledger(facts_of([*steady(5, 9), *steady(20, 25, start=NEW_YEAR + HOUR)])).logs[0]
    (copy,) = log.copies
    assert (copy.first, copy.last, copy.count, copy.kind) == (5, 25, 11, "native")
    assert (copy.begin, copy.end) == (NEW_YEAR, NEW_YEAR + HOUR + 5 * HOUR // 60)
    assert list(copy.present()) == [(5, 9), (20, 25)]


def test_a_hole_names_what_is_missing_and_who_stands_beside_it() -> None:
    events = [*steady(5, 9), *steady(20, 25, start=NEW_YEAR + HOUR)]
    (hole,) = ledger(facts_of(events)).logs[0].copies[0].holes()
    assert (hole.first, hole.last, hole.size, hole.turn) == (10, 19, 10, 0)
    assert (hole.start, hole.stop) == (NEW_YEAR + 4 * HOUR // 60, NEW_YEAR + HOUR)
    assert hole.offsets == (4608 + 9 * 512, 4608 + 20 * 512)


def test_a_sparse_copy_still_knows_every_record() -> None:
    ids = [7 * at for at in range(1, 40)]
    events = [event(record, NEW_YEAR + record, header=at) for at, record in enumerate(ids, 1)]
    copy = ledger(facts_of(events)).logs[0].copies[0]
    assert [first for first, _ in copy.present()] == ids
    assert copy.kind == "filtered export"


def test_nothing_read_is_an_empty_ledger() -> None:
    assert list(ledger(facts_of([])).logs) == []


def test_a_copy_reaches_back_to_a_time_where_nothing_is_missing_in_between() -> None:
    events = [*steady(5, 9), *steady(20, 25, start=NEW_YEAR + HOUR)]
    (copy,) = ledger(facts_of(events)).logs[0].copies
    assert copy.reaches_back(25, NEW_YEAR + HOUR)
    assert not copy.reaches_back(25, NEW_YEAR)
    assert not copy.reaches_back(12, NEW_YEAR + HOUR)
