"""What the terminal says of the logs themselves."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.test_integrity_jsonl import CLEAR

from gamekeeper.model.breaks import IntegrityResult, Standing
from gamekeeper.reports import trust

EXPLAINED = replace(CLEAR, standing=Standing.EXPLAINED)


def test_nothing_is_said_where_nobody_looked() -> None:
    assert trust.parts(None) == []


def test_no_break_is_a_sentence_of_its_own() -> None:
    (part,) = trust.parts(IntegrityResult())
    assert part.lines[0].text == "No break was found in these logs."
    assert part.table is None


def test_what_is_explained_is_counted_and_not_listed() -> None:
    (part,) = trust.parts(IntegrityResult((CLEAR, EXPLAINED)))
    assert part.lines[0].text == "2 breaks in these logs: 1 proved, 1 explained."
    assert part.table is not None
    assert len(part.table.rows) == 1
    assert "1 more break" in part.more
