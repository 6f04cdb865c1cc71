"""Records that were cut out of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.fakes.facts import HOUR, NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount


def looked(events: Iterable[Event], sources: list[SourceAccount] | None = None) -> list[Anomaly]:
    return list(Holes().look(facts_of(events, sources)))


def torn(first: int, last: int, until: int) -> list[Event]:
    """A log from record 1 on that lacks some."""
    return [one for one in steady(1, until) if not first <= (one.event_record_id or 0) <= last]


def test_records_that_lack_within_a_chunk_are_as_sure_as_can_be() -> None:
    (found,) = looked(torn(40, 44, 90))
    assert (found.records, found.strength) == ((40, 44), Strength.CERTAIN)
    assert (found.start, found.stop) == (NEW_YEAR + 38 * HOUR // 60, NEW_YEAR + 44 * HOUR // 60)
    assert [one.record for one in found.evidence] == [39, 45]
    assert "5 records are missing, 40 to 44," in found.text


def test_records_that_lack_between_chunks_are_less_sure() -> None:
    (found,) = looked(torn(120, 130, 250))
    assert found.strength is Strength.STRONG


def test_an_open_log_may_lack_whole_chunks() -> None:
    open_file = account(file_header={"is_dirty": True})
    (found,) = looked(torn(120, 300, 400), [open_file])
    assert found.strength is Strength.WEAK


def test_an_open_log_lacks_nothing_within_a_chunk() -> None:
    (found,) = looked(torn(40, 44, 90), [account(file_header={"is_dirty": True})])
    assert found.strength is Strength.CERTAIN


def test_a_whole_log_a_choice_of_records_and_a_text_have_no_such_holes() -> None:
    chosen = [event(record, NEW_YEAR, header=at) for at, record in enumerate([900, 907], 1)]
    assert looked(steady(1, 300)) == []
    assert looked(chosen) == []
    assert looked(torn(40, 44, 90), [replace(account(), format="json")]) == []


def test_an_export_that_was_cut_afterwards_has_a_hole_in_both_numbers() -> None:
    kept = [event(900 + n, NEW_YEAR + n, header=n) for n in range(1, 61) if n not in (20, 21)]
    (found,) = looked(kept)
    assert (found.records, found.strength) == ((920, 921), Strength.CERTAIN)


def test_a_hole_that_another_copy_fills_is_told_elsewhere() -> None:
    whole = [replace(one, source=1) for one in steady(1, 90)]
    assert looked([*torn(40, 44, 90), *whole]) == []


def test_many_holes_are_joined() -> None:
    kept = [one for one in steady(1, 120) if (one.event_record_id or 0) % 2]
    found = looked(kept)
    assert len(found) < 20
    assert any("in several places" in one.text for one in found)
