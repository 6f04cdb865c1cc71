"""The log was in use when it was copied."""

from __future__ import annotations

from tests.fakes.facts import account, facts_of, steady

from gamekeeper.integrity.causes.live_copy import LiveCopy
from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.integrity.missing import offset_of
from gamekeeper.model.breaks import Anomaly, Evidence, Explanation, Strength

CHUNK = 65536
OPEN = {"is_dirty": True, "next_record": 5}


def weighed(
    offset: int, check: str = "checksums", tampering: str = "", **evidence: object
) -> Strength | None:
    told = {"file_header": OPEN, "newest_chunk": [[4096 + 3 * CHUNK, 99]], **evidence}
    facts = facts_of(steady(90, 99), [account(**told)])
    place = (Evidence("", 0, offset),)
    anomaly = Anomaly(check, "", tampering, Strength.WEAK, source=0, evidence=place)
    found = LiveCopy().weigh(anomaly, facts)
    return None if found is None else found.strength


def of_hole(gone: range, *, is_dirty: bool) -> Explanation:
    events = [one for one in steady(1, 600) if one.event_record_id not in gone]
    facts = facts_of(events, [account(file_header={"is_dirty": is_dirty}, chunks=9)])
    (hole,) = Holes().look(facts)
    found = LiveCopy().weigh(hole, facts)
    assert found is not None
    return found


def test_the_headers_own_numbers_are_certainly_old() -> None:
    assert weighed(8, "file_headers") is Strength.CERTAIN


def test_what_lies_in_the_newest_chunk_is_well_explained() -> None:
    assert weighed(4096 + 3 * CHUNK + 700) is Strength.STRONG


def test_what_lies_in_a_finished_chunk_is_not() -> None:
    assert weighed(4096 + 700) is Strength.WEAK


def test_chunks_set_aside_and_not_written_explain_what_is_missing_with_them() -> None:
    layout = [[4096, 1, "chunk"], [4096 + CHUNK, 1, "blank"], [4096 + 2 * CHUNK, 2, "chunk"]]
    assert weighed(4096 + 700, tampering="chunks wiped", layout=layout) is Strength.STRONG
    assert weighed(4096 + 700, tampering="bytes changed", layout=layout) is Strength.WEAK


def test_a_closed_log_speaks_against_it() -> None:
    assert weighed(4096, file_header={"is_dirty": False}) is Strength.NONE


def test_other_sources_have_no_such_cause() -> None:
    assert LiveCopy().weigh(Anomaly("x", "", "", Strength.WEAK), facts_of([])) is None


def test_empty_chunks_of_an_open_log_explain_what_they_would_hold() -> None:
    found = of_hole(range(127, 383), is_dirty=True)
    assert found.strength is Strength.STRONG
    assert found.speaks_for[-1].offset == offset_of(1)


def test_a_closed_log_has_all_its_chunks() -> None:
    assert of_hole(range(127, 383), is_dirty=False).strength is Strength.NONE


def test_records_that_lack_within_a_chunk_were_not_in_memory_only() -> None:
    found = of_hole(range(40, 43), is_dirty=True)
    assert found.strength is Strength.NONE
    assert found.speaks_against
