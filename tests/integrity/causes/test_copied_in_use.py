"""Logs that were copied while Windows wrote them."""

from __future__ import annotations

from tests.fakes.facts import account, facts_of, steady

from gamekeeper.integrity.causes.copied_in_use import CopiedInUse
from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.integrity.missing import offset_of
from gamekeeper.model.breaks import Explanation, Strength


def weighed(gone: range, *, is_dirty: bool) -> Explanation:
    events = [one for one in steady(1, 600) if one.event_record_id not in gone]
    facts = facts_of(events, [account(file_header={"is_dirty": is_dirty}, chunks=9)])
    (hole,) = Holes().look(facts)
    found = CopiedInUse().weigh(hole, facts)
    assert found is not None
    return found


def test_empty_chunks_of_an_open_log_explain_what_they_would_hold() -> None:
    found = weighed(range(127, 383), is_dirty=True)
    assert found.strength is Strength.STRONG
    assert found.speaks_for[-1].offset == offset_of(1)


def test_a_closed_log_has_all_its_chunks() -> None:
    assert weighed(range(127, 383), is_dirty=False).strength is Strength.NONE


def test_records_that_lack_within_a_chunk_were_not_in_memory_only() -> None:
    assert weighed(range(40, 43), is_dirty=True).strength is Strength.NONE
