"""Coverage as a layer for the ATT&CK Navigator."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.seen import SEEN, TECHNIQUE

from gamekeeper.model.results import HuntResult
from gamekeeper.model.visibility import VisibilityResult
from gamekeeper.reports import coverage_layer


def techniques(small: HuntResult, seen: VisibilityResult | None) -> list[dict[str, object]]:
    found = coverage_layer.as_json(replace(small, visibility=seen))["techniques"]
    assert isinstance(found, list)
    return found


def test_techniques_have_the_numbers_that_navigators_know(small: HuntResult) -> None:
    assert [row["techniqueID"] for row in techniques(small, SEEN)] == ["T1070.001"]


def test_the_score_is_the_share_that_is_seen(small: HuntResult) -> None:
    half = replace(SEEN, techniques=(replace(TECHNIQUE, host_days=(1, 2, 1)),))
    assert techniques(small, half)[0]["score"] == 50


def test_what_was_not_asked_has_no_score(small: HuntResult) -> None:
    unasked = replace(SEEN, techniques=(replace(TECHNIQUE, host_days=(0, 0, 0), because="no log"),))
    (row,) = techniques(small, unasked)
    assert ("score" in row, row["enabled"], row["comment"]) == (False, False, "no log")


def test_nobody_looked_gives_an_empty_layer(small: HuntResult) -> None:
    assert techniques(small, None) == []
