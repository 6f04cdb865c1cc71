"""EVTX files as checks on their bytes see them."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.files import LogFile, and_more, few, file_of, files, filetime, has_gap

CHUNK = 65536
HEADER = {"next_record": 11, "is_dirty": False}


def file(**evidence: object) -> LogFile:
    (found,) = files(facts_of(steady(5, 10), [account(file_header=HEADER, **evidence)]))
    return found


def test_a_file_belongs_to_the_log_that_most_of_its_records_are_of() -> None:
    events = [*steady(5, 10), event(3, NEW_YEAR, channel="System", header=99)]
    (found,) = files(facts_of(events))
    assert (found.host, found.channel) == ("dc01", "security")


def test_other_formats_are_no_files_of_this_kind() -> None:
    facts = facts_of(steady(1, 3), [replace(account(), format="json")])
    assert files(facts) == ()
    assert file_of(facts, 0) is None


def test_layouts_of_ranges_that_follow_each_other_are_joined() -> None:
    runs = [[4096, 3, "chunk"], [4096 + 3 * CHUNK, 2, "chunk"], [4096 + 5 * CHUNK, 1, "blank"]]
    found = file(layout=runs)
    assert found.layout == [(4096, 5, "chunk"), (4096 + 5 * CHUNK, 1, "blank")]
    assert found.places_used == 5


def test_the_newest_chunk_is_the_one_with_the_highest_number_of_all_ranges() -> None:
    found = file(newest_chunk=[[4096, 900], [4096 + 9 * CHUNK, 700]])
    assert found.newest == (4096, 900)
    assert found.is_newest(4096 + 40)
    assert found.is_newest(4096 + CHUNK + 40)
    assert not found.is_newest(4096 + 9 * CHUNK)


def test_missing_numbers_are_those_that_no_record_and_no_claim_has() -> None:
    found = file(record_numbers=[[1, 2], [20, 22]], number_shifts=[[4096, 0]])
    assert list(found.live) == [(1, 2), (5, 10), (20, 22)]
    assert found.missing(1, 21) == [(3, 4), (11, 19)]
    assert found.missing(5, 10) == []
    assert found.missing(23, 24) == [(23, 24)]


def test_claims_count_only_where_one_shift_holds_for_all_chunks() -> None:
    found = file(record_numbers=[[1, 2]], number_shifts=[[4096, 0], [CHUNK, 7]])
    assert list(found.live) == [(5, 10)]


def test_claims_that_an_unbroken_row_of_records_belies_do_not_count() -> None:
    claims = {"record_numbers": [[1, 2]], "number_shifts": [[4096, 0]]}
    faults = [{"offset": 4096, "records": [7, 6]}]
    assert list(file(**claims, chunk_faults=faults).live) == [(5, 10)]
    gaps = [{"offset": 4096 + 600}]
    assert list(file(**claims, chunk_faults=faults, gaps=gaps).live) == [(1, 2), (5, 10)]


def test_a_gap_is_looked_for_in_the_same_chunk() -> None:
    found = file(gaps=[{"offset": 4096 + CHUNK + 600}])
    assert has_gap(found, 4096 + CHUNK)
    assert not has_gap(found, 4096)


def test_a_chunk_is_summed_where_no_fault_says_otherwise() -> None:
    found = file(chunk_faults=[{"offset": 4096 + CHUNK, "data_crc": "wrong"}])
    assert found.is_summed(4096 + 600)
    assert not found.is_summed(4096 + CHUNK + 600)


def test_odd_bytes_are_those_behind_the_last_whole_chunk() -> None:
    assert file().odd_bytes == 0
    whole = account(file_header=HEADER)
    (cut,) = files(facts_of([], [replace(whole, size_bytes=4096 + CHUNK + 30)]))
    assert cut.odd_bytes == 30


def test_of_many_findings_the_last_one_told_says_how_many_are_left() -> None:
    told = list(few([{"offset": at} for at in range(25)]))
    assert len(told) == 20
    assert told[0][1] == 0
    assert and_more(told[-1][1]) == " (and 5 more of this kind in the file)"
    assert next(iter(few([{"offset": 1}])))[1] == 0
    assert and_more(0) == ""


def test_only_plausible_times_are_times() -> None:
    assert filetime(NEW_YEAR) == NEW_YEAR
    assert filetime(0) is None
    assert filetime(-5) is None
