"""Lists of what real logs gave: complete, judged, and what the pages say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.judged import (
    BreakRow,
    HitRow,
    SetRow,
    SightRow,
    differences,
    filled,
    hunted,
    judged,
    read,
    stale_pages,
)

ROW = HitRow("logs", "SC-1", "DC01", "2026-01-01T00:00:00Z", "right")


def test_every_listed_break_and_hit_is_judged() -> None:
    breaks, hits = read(BreakRow, "breaks.csv"), read(HitRow, "chain_hits.csv")
    assert breaks
    assert hits
    assert [row for row in breaks if not row.judged] == []
    assert [row for row in hits if not row.judged] == []


def test_the_pages_say_what_the_lists_say() -> None:
    assert stale_pages() == {}


def test_what_is_new_gone_or_not_judged_is_told() -> None:
    other = HitRow("logs", "SC-2", "DC01", "2026-01-01T00:00:00Z")
    assert [line.split(":")[0] for line in differences([ROW], [other])] == [
        "not listed",
        "no longer found",
        "not judged",
    ]
    assert differences([ROW], [ROW]) == []


def test_a_judgement_stays_with_its_row() -> None:
    found = HitRow(ROW.logs, ROW.chain, ROW.hosts, ROW.first_seen)
    new = HitRow("logs", "SC-9", "DC01", "2026-01-01T00:00:00Z")
    assert [row.judged for row in judged([found, new], [ROW])] == ["right", ""]


def test_a_table_is_written_between_its_marks() -> None:
    page = "before\n<!-- hits -->\nold\n<!-- end of hits -->\nafter\n"
    new = "before\n<!-- hits -->\n| new |\n<!-- end of hits -->\nafter\n"
    assert filled(page, {"hits": "| new |"}) == new
    assert filled(new, {"hits": "| new |"}) == new


@pytest.mark.corpus
def test_real_logs_give_what_is_listed(corpus: Path) -> None:
    found = hunted(corpus)
    assert differences(found.breaks, read(BreakRow, "breaks.csv")) == []
    assert differences(found.hits, read(HitRow, "chain_hits.csv")) == []
    assert differences(found.sets, read(SetRow, "sets.csv")) == []
    assert differences(found.sights, read(SightRow, "visibility.csv")) == []
