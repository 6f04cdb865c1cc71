"""The worlds on which integrity is measured, and how answers are scored: on rows written by hand."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.simulate.lives import LIVES
from gamekeeper.simulate.tampering import METHODS

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import integrity_scores, integrity_worlds

HOUR = 36_000_000_000
START = 134_170_000_000_000_000


def act(**changes: Any) -> dict[str, Any]:
    told = {
        "method": "hole",
        "innocent": False,
        "cause": "",
        "provable": True,
        "host": "MV-DC01",
        "channel": ["Security"],
        "from": START,
        "to": START + HOUR,
        "record.from": 100,
        "record.to": 120,
        "files": ["MV-DC01/Security.evtx"],
    }
    return {**told, **changes}


def told(**changes: Any) -> dict[str, Any]:
    one = {
        "check": "holes",
        "verdict": "likely",
        "cause": "records removed",
        "host.name": "MV-DC01.mvwater.example",
        "channel": "security",
        "from": "2026-03-04T05:46:40.0000000Z",
        "to": "2026-03-04T06:46:40.0000000Z",
        "record.from": None,
        "record.to": None,
        "source.path": "logs/MV-DC01/Security.evtx",
    }
    return {**one, **changes}


def scored(acts: list[dict[str, Any]], breaks: list[dict[str, Any]]) -> dict[str, Any]:
    scores = integrity_scores.Scores()
    scores.add(1, 10, acts, breaks)
    return integrity_scores.summary(scores)


def test_a_break_on_the_records_that_are_gone_finds_the_act() -> None:
    one = told(**{"record.from": 110, "record.to": 111, "from": None, "to": None})
    figures = scored([act()], [one])
    assert figures["by_method"] == {"hole": {"provable": 1, "found": 1, "share": 1.0}}
    assert figures["false_breaks"] == 0


def test_the_time_of_a_break_is_read_as_filetime() -> None:
    early = told(**{"from": "2026-03-01T00:00:00Z", "to": "2026-03-01T01:00:00Z"})
    shifted = act(**{"from": 134_170_766_000_000_000, "to": 134_170_766_000_000_000 + HOUR})
    assert integrity_scores.is_about(told(), shifted)
    assert not integrity_scores.is_about(early, shifted)


@pytest.mark.parametrize(
    "changes",
    [
        {"host.name": "MV-FS01"},
        {"channel": "System"},
        {"from": "2026-03-07T00:00:00Z", "to": "2026-03-07T01:00:00Z"},
    ],
)
def test_a_break_elsewhere_finds_nothing_and_is_false(changes: dict[str, Any]) -> None:
    figures = scored([act()], [told(**changes)])
    assert figures["found"] == 0
    assert figures["false_breaks"] == 1
    assert figures["false_breaks_per_10_host_months"] == 30.0


@pytest.mark.parametrize("verdict", ["possible", "explained"])
def test_only_grave_breaks_count(verdict: str) -> None:
    figures = scored([act()], [told(verdict=verdict), told(verdict=verdict, channel="System")])
    assert figures["found"] == 0
    assert figures["false_breaks"] == 0


def test_a_break_counts_for_the_narrowest_act() -> None:
    around = {"from": 134_170_766_000_000_000, "to": 134_170_766_000_000_000 + HOUR}
    wide = act(method="audit-off", **{**around, "to": around["to"] + 40 * HOUR})
    figures = scored([act(**around), wide], [told()])
    assert figures["by_method"]["hole"]["found"] == 1
    assert figures["by_method"]["audit-off"]["found"] == 0


def test_a_break_counts_for_an_act_on_its_own_host_before_one_with_a_file_there() -> None:
    around = {"from": 134_170_766_000_000_000, "to": 134_170_766_000_000_000 + HOUR}
    own = act(**{**around, "from": 134_170_766_000_000_000 - HOUR})
    other = act(method="forwarder-stopped", host="MV-FS01", **around)
    figures = scored([own, other], [told()])
    assert figures["by_method"]["hole"]["found"] == 1


def test_what_follows_from_renumbering_is_not_false() -> None:
    early = act(method="renumbered", **{"record.from": 1, "record.to": 2, "from": 1, "to": 2})
    assert scored([early], [told()])["false_breaks"] == 0
    assert scored([early], [told(channel="System")])["false_breaks"] == 1


def test_acts_that_leave_nothing_are_counted_apart() -> None:
    figures = scored([act(provable=False)], [])
    assert figures["provable"] == 0
    assert figures["unprovable"] == {"hole": {"acts": 1, "found": 0}}


def innocent(cause: str) -> dict[str, Any]:
    around = {"from": 134_170_766_000_000_000, "to": 134_170_766_000_000_000 + HOUR}
    return act(innocent=True, cause=cause, method=cause, **around)


@pytest.mark.parametrize(
    ("breaks", "outcome"),
    [
        ([], "silent"),
        ([told(verdict="explained", cause="reboot")], "right"),
        ([told(verdict="possible", cause="rotation")], "wrong"),
        ([told(verdict="explained", cause="reboot"), told()], "grave"),
    ],
)
def test_an_innocent_gap_wants_the_right_cause(breaks: list[dict[str, Any]], outcome: str) -> None:
    figures = scored([innocent("reboot")], breaks)
    assert figures["innocent"] == {"reboot": {outcome: 1}}


def test_grave_breaks_on_live_copies_are_told_apart() -> None:
    figures = scored([innocent("live copy")], [told()])
    assert (figures["live_copies"], figures["grave_on_live_copies"]) == (1, 1)


def parameters() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads(integrity_worlds.WORLDS.read_text(encoding="utf-8"))
    return read["integrity"]


def test_the_sets_of_seeds_do_not_meet() -> None:
    seeds = {
        which: {plan.seed for plan in integrity_worlds.plans(which, parameters())}
        for which in ("tuning", "evaluation")
    }
    assert len(seeds["evaluation"]) >= 200
    assert not seeds["tuning"] & seeds["evaluation"]


def test_all_methods_and_lives_come_up_equally_often() -> None:
    assert set(parameters()["methods"]) == METHODS.keys()
    assert set(parameters()["lives"]) == LIVES.keys()
    worlds = list(integrity_worlds.plans("evaluation", parameters()))
    for known, field in ((METHODS, "tamper"), (LIVES, "lives")):
        counts = [sum(getattr(w.setting, field).count(name) for w in worlds) for name in known]
        assert min(counts) >= 20
        assert max(counts) - min(counts) <= 1


def test_every_innocent_cause_has_words_that_are_right() -> None:
    known = integrity_scores.CAUSES.keys()
    assert {"rotation", "crash", "live copy", "export"} <= known
    assert all(words for words in integrity_scores.CAUSES.values())
