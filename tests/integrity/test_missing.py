"""Records that are not where they should be."""

from __future__ import annotations

from tests.fakes.facts import HOUR, NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.missing import chunk_of, chunks_between, cut_out, missing, offset_of


def test_a_hole_in_a_native_log_is_cut_out() -> None:
    (one,) = cut_out(facts_of([*steady(1, 9), *steady(13, 20, start=NEW_YEAR + HOUR)]))
    assert (one.first, one.last, one.size, one.chunks) == (10, 12, 3, (0, 0))
    assert [side.record for side in one.sides()] == [9, 13]


def test_a_record_that_an_export_left_out_is_missing_and_not_cut_out() -> None:
    events = [event(900, NEW_YEAR, header=1), event(905, NEW_YEAR, header=2)]
    facts = facts_of(events)
    assert [one.size for one in missing(facts)] == [4]
    assert cut_out(facts) == []


def test_what_another_copy_holds_is_told_with_its_holder() -> None:
    events = [*steady(1, 9), *steady(13, 20, start=NEW_YEAR + HOUR // 5), *steady(1, 20, source=1)]
    (one,) = missing(facts_of(events))
    assert list(one.held) == [(10, 12)]
    assert [copy.source for copy in one.holders] == [1]


def test_what_a_sparse_stretch_lacks_is_one() -> None:
    events = [event(7 * at, NEW_YEAR + at, header=at) for at in range(1, 14)]
    found = missing(facts_of(events))
    assert sum(one.size for one in found) == 7 * 13 - 7 + 1 - 13


def test_chunks_are_told_from_offsets_and_back() -> None:
    assert chunk_of(4096) == 0
    assert chunk_of(offset_of(5) + 65_535) == 5


def test_a_file_is_a_ring_of_chunks() -> None:
    file = account(chunks=6)
    assert chunks_between(1, 4, file) == [2, 3]
    assert chunks_between(4, 1, file) == [5, 0]
    assert chunks_between(3, 3, file) == chunks_between(3, 4, file) == []
