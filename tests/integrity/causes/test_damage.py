"""Damage to the whole file."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import account, facts_of, steady

from gamekeeper.integrity.causes.damage import Damage
from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.integrity.missing import offset_of
from gamekeeper.model.breaks import Anomaly, Evidence, Explanation, Strength
from gamekeeper.model.findings import SourceAccount

CHUNK = 65536
HEADER = {"next_record": 5}


def weighed(
    offset: int, *, size: int = 4096 + CHUNK, check: str = "x", **evidence: object
) -> Strength:
    source = replace(account(file_header=HEADER, **evidence), size_bytes=size)
    anomaly = Anomaly(check, "", "", Strength.WEAK, source=0, evidence=(Evidence("", 0, offset),))
    found = Damage().weigh(anomaly, facts_of(steady(1, 4), [source]))
    assert found is not None
    return found.strength


def of_hole(gone: range, until: int, file: SourceAccount) -> Explanation:
    events = [one for one in steady(1, until) if one.event_record_id not in gone]
    facts = facts_of(events, [file])
    (hole,) = Holes().look(facts)
    found = Damage().weigh(hole, facts)
    assert found is not None
    return found


def test_without_a_sign_elsewhere_it_is_weak() -> None:
    assert weighed(4096) is Strength.WEAK


def test_a_place_that_is_no_chunk_elsewhere_speaks_for_it() -> None:
    layout = [[4096, 1, "chunk"], [4096 + CHUNK, 1, "foreign"]]
    assert weighed(4096 + 700, layout=layout) is Strength.STRONG
    assert weighed(4096 + CHUNK, layout=layout) is Strength.WEAK


def test_stray_bytes_elsewhere_speak_for_it_and_wiped_ones_do_not() -> None:
    stray = {"offset": 4096 + CHUNK + 600, "bytes": 90, "fill": None}
    assert weighed(4096, gaps=[stray]) is Strength.STRONG
    assert weighed(4096, gaps=[{**stray, "fill": 0}]) is Strength.WEAK


def test_an_end_within_a_chunk_speaks_for_it() -> None:
    assert weighed(4096, size=4096 + CHUNK + 90) is Strength.STRONG


def test_a_checksum_that_fits_excludes_it() -> None:
    faults = [{"offset": 4096, "data_crc": "wrong"}]
    assert weighed(4096 + 700, check="blanked_records") is Strength.NONE
    assert weighed(4096 + 700, check="blanked_records", chunk_faults=faults) is Strength.WEAK


def test_other_sources_have_no_such_cause() -> None:
    assert Damage().weigh(Anomaly("x", "", "", Strength.WEAK), facts_of([])) is None


def test_as_many_refused_records_as_are_missing_explain_a_hole() -> None:
    found = of_hole(range(40, 43), 90, replace(account(), rejects=3))
    assert found.strength is Strength.CERTAIN


def test_fewer_refused_records_do_not() -> None:
    found = of_hole(range(40, 43), 90, replace(account(), rejects=2))
    assert found.strength is Strength.WEAK
    assert found.speaks_against


def test_nothing_refused_speaks_against_damage_in_a_hole() -> None:
    found = of_hole(range(40, 43), 90, account())
    assert found.strength is Strength.NONE
    assert found.speaks_against


def test_a_chunk_that_is_none_between_both_sides_explains_what_it_held() -> None:
    fault = {"offset": offset_of(1), "magic": "bad"}
    found = of_hole(range(127, 255), 400, account(chunk_faults=[fault], chunks=4))
    assert found.strength is Strength.STRONG
    assert [one.offset for one in found.speaks_for] == [offset_of(1)]


def test_a_chunk_elsewhere_does_not() -> None:
    fault = {"offset": offset_of(3), "magic": "bad"}
    found = of_hole(range(127, 255), 300, account(chunk_faults=[fault], chunks=4))
    assert found.strength is Strength.NONE


def test_a_wrong_checksum_takes_no_record_away() -> None:
    fault = {"offset": offset_of(0), "data_crc": "wrong"}
    found = of_hole(range(40, 43), 90, account(chunk_faults=[fault]))
    assert found.strength is Strength.NONE
