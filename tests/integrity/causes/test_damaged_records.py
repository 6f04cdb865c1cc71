"""Records that could not be read."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import account, facts_of, steady

from gamekeeper.integrity.causes.damaged_records import DamagedRecords
from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.integrity.missing import offset_of
from gamekeeper.model.breaks import Explanation, Strength
from gamekeeper.model.findings import SourceAccount


def weighed(gone: range, until: int, file: SourceAccount) -> Explanation:
    events = [one for one in steady(1, until) if one.event_record_id not in gone]
    facts = facts_of(events, [file])
    (hole,) = Holes().look(facts)
    found = DamagedRecords().weigh(hole, facts)
    assert found is not None
    return found


def test_as_many_refused_records_as_are_missing_explain_a_hole() -> None:
    found = weighed(range(40, 43), 90, replace(account(), rejects=3))
    assert found.strength is Strength.CERTAIN


def test_fewer_refused_records_do_not() -> None:
    found = weighed(range(40, 43), 90, replace(account(), rejects=2))
    assert found.strength is Strength.WEAK
    assert found.speaks_against


def test_nothing_refused_speaks_against_damage() -> None:
    found = weighed(range(40, 43), 90, account())
    assert found.strength is Strength.NONE
    assert found.speaks_against


def test_a_chunk_that_is_none_between_both_sides_explains_what_it_held() -> None:
    fault = {"offset": offset_of(1), "magic": "bad"}
    found = weighed(range(127, 255), 400, account(chunk_faults=[fault], chunks=4))
    assert found.strength is Strength.STRONG
    assert [one.offset for one in found.speaks_for] == [offset_of(1)]


def test_a_chunk_elsewhere_does_not() -> None:
    fault = {"offset": offset_of(3), "magic": "bad"}
    found = weighed(range(127, 255), 300, account(chunk_faults=[fault], chunks=4))
    assert found.strength is Strength.NONE


def test_a_wrong_checksum_takes_no_record_away() -> None:
    fault = {"offset": offset_of(0), "data_crc": "wrong"}
    found = weighed(range(40, 43), 90, account(chunk_faults=[fault]))
    assert found.strength is Strength.NONE
