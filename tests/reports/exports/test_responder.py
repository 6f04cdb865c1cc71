from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.exports import kept_ones
from gamekeeper.model.incidents import Disposition, Standing
from gamekeeper.reports.exports.base import Kept
from gamekeeper.reports.exports.responder import chapter, dwell

DAY = 864_000_000_000


def sections(kept: Kept) -> dict[str, tuple[str, ...]]:
    return {section.title: section.points for section in chapter(kept).sections}


def test_all_that_a_responder_asks_for_has_its_section() -> None:
    (one, *_) = kept_ones()
    titles = [section.title for section in chapter(one).sections if section]
    assert titles[:4] == ["", "Ways between hosts", "Story", "ATT&CK"]
    about = " ".join(sections(one)[""])
    assert "Dwell time: 1 minute" in about
    assert "Accounts: CORP\\ann" in about


def test_what_was_decided_stands_there_and_nothing_where_nobody_decided() -> None:
    (one, *_) = kept_ones()
    decided = replace(
        one, standing=Standing(Disposition("benign", "", "ticket 7", "2026-03-01"), "benign")
    )
    assert "Decided: benign, nobody: ticket 7" in sections(decided)[""]
    assert not any("Decided" in point for point in sections(one)[""])


def test_a_step_carries_its_evidence() -> None:
    (one, *_) = kept_ones()
    grids = [section.grid for section in chapter(one).sections if section.grid]
    folded = " ".join(line for lines in grids[0].folds for line in lines)
    assert len(grids[0].folds) == len(grids[0].rows)
    assert "CommandLine contains “alert(1)”, and the event has “=cmd|" in folded


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "less than a minute"),
        (DAY // 1440, "1 minute"),
        (DAY // 72, "20 minutes"),
        (DAY // 8, "3 hours"),
        (9 * DAY, "9 days"),
    ],
)
def test_dwell_is_told_in_words(length: int, words: str) -> None:
    one = replace(kept_ones()[0].incident, first_seen=DAY, last_seen=DAY + length)
    assert dwell(one) == words


def test_unknown_times_have_no_dwell() -> None:
    assert dwell(replace(kept_ones()[0].incident, first_seen=None)) == "how long is not known"
