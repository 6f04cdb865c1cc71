from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gamekeeper.model.findings import Finding
from gamekeeper.model.results import HuntResult
from gamekeeper.reports.embedding import Points, embed, first_share

from . import worlds


def test_all_matches_are_there_while_they_fit(plausible: HuntResult) -> None:
    embedded = embed(plausible)
    assert embedded.matches.num_rows == len(plausible.matches)
    assert embedded.per_finding == 0
    assert embedded.points is None
    assert embedded.unassigned == 0
    counts = np.bincount(embedded.finding, minlength=len(plausible.findings)).tolist()
    assert counts == [finding.count for finding in plausible.findings]


def test_each_match_stands_with_its_own_finding_in_order(plausible: HuntResult) -> None:
    embedded = embed(plausible)
    assert (np.diff(embedded.finding) >= 0).all()
    rules = {rule.id: place for place, rule in enumerate(plausible.rules)}
    rows = zip(
        embedded.finding.tolist(),
        embedded.matches["rule"].to_pylist(),
        embedded.matches["filetime"].to_pylist(),
        strict=True,
    )
    before = (-1, 0)
    for place, rule, time in rows:
        finding = plausible.findings[place]
        assert rules[finding.rule_id] == rule
        assert finding.first_seen is not None
        assert finding.last_seen is not None
        assert finding.first_seen <= time <= finding.last_seen
        assert (place, time) >= before
        before = (place, time)


def test_beyond_the_limit_each_finding_keeps_its_first_matches(plausible: HuntResult) -> None:
    embedded = embed(plausible, limit=1_500)
    share = embedded.per_finding
    assert share >= 1
    assert embedded.matches.num_rows <= 1_500
    counts = np.bincount(embedded.finding, minlength=len(plausible.findings)).tolist()
    assert counts == [min(finding.count, share) for finding in plausible.findings]
    firsts = np.unique(embedded.finding, return_index=True)[1]
    times = embedded.matches["filetime"].to_numpy()[firsts].tolist()
    assert times == [finding.first_seen for finding in plausible.findings]


def test_points_count_every_match_in_its_span(plausible: HuntResult) -> None:
    points = embed(plausible, limit=1_500).points
    assert points is not None
    assert int(points.count.sum()) == len(plausible.matches)
    assert by_finding(points, len(plausible.findings)) == [f.count for f in plausible.findings]


def test_too_many_points_get_longer_steps(
    plausible: HuntResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gamekeeper.reports.embedding._POINT_LIMIT", 900)
    points = embed(plausible, limit=1_500).points
    assert points is not None
    assert len(points.count) <= max(900, len(plausible.findings))
    assert by_finding(points, len(plausible.findings)) == [f.count for f in plausible.findings]


def by_finding(points: Points, findings: int) -> list[int]:
    counts: list[float] = np.bincount(points.finding, points.count, findings).tolist()
    return [int(count) for count in counts]


def test_matches_without_a_finding_are_counted(small: HuntResult) -> None:
    fewer = replace(small, findings=small.findings[1:])
    assert embed(fewer).unassigned == 1


def test_nothing_gives_nothing() -> None:
    embedded = embed(worlds.nothing_found())
    assert embedded.matches.num_rows == 0
    assert len(embedded.finding) == 0


@pytest.mark.parametrize(("limit", "share"), [(1, 1), (3, 1), (5, 2), (7, 4), (8, 5), (99, 99)])
def test_the_share_is_the_greatest_that_fits(small: HuntResult, limit: int, share: int) -> None:
    def finding(count: int) -> Finding:
        return replace(small.findings[0], count=count)

    assert first_share((finding(1), finding(2), finding(50)), limit) == share
