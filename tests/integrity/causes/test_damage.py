"""Damage to the whole file."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import account, facts_of, steady

from gamekeeper.integrity.causes.damage import Damage
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

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
