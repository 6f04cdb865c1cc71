"""Records with round numbers."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.facts import NEW_YEAR, event, gathered, steady

from gamekeeper.integrity.gathering.anchors import EVERY, Anchors
from gamekeeper.model.events import RecordState


def test_round_numbers_are_kept_with_their_times() -> None:
    rows = gathered(Anchors(), steady(EVERY - 3, 2 * EVERY + 3)).to_pylist()
    assert [row["record"] for row in rows] == [EVERY, 2 * EVERY]
    assert rows[0]["filetime"] == NEW_YEAR + 3 * 600_000_000


def test_a_stale_record_and_one_without_a_time_are_none() -> None:
    stale = replace(event(EVERY, NEW_YEAR), state=RecordState.STALE)
    assert not len(gathered(Anchors(), [stale, event(EVERY, None)]))
