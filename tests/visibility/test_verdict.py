"""Verdicts on questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.fakes.seeing import DAY, NEW_YEAR, controller, each_hour, processes, seeing

from gamekeeper.model.breaks import Anomaly, Break, Standing, Strength
from gamekeeper.model.build import Event
from gamekeeper.model.visibility import Judgement, Verdict
from gamekeeper.visibility.signs import GRAVITY, Sign, Signs
from gamekeeper.visibility.verdict import judged

EVENTS = [*controller(days=3), *processes(days=3)]
QUIET = Signs({}, {"T1003.002": 2, "T1003.003": 1, "T1016": 1}, chains=frozenset({"SC-1", "SC-9"}))
CLEARED = Break(
    Anomaly("c", "cleared", "cleared", Strength.CERTAIN, "srv01", "security", NEW_YEAR, NEW_YEAR),
    Standing.PROVED,
    "cleared",
)


def judgement(
    signs: Signs = QUIET,
    *breaks: Break,
    events: list[Event] = EVENTS,
    left_out: tuple[str, ...] = (),
) -> Judgement:
    return judged(seeing(events, breaks=()).answers, signs, breaks, left_out)


def cells(found: Judgement, question: str) -> dict[tuple[str, int], Verdict]:
    return {
        (host, (day - NEW_YEAR) // DAY): one.verdict
        for one in found.rulings
        if one.question == question
        for host in one.hosts
        for day in range(one.first_day, one.last_day + 1, DAY)
    }


def hived(level: str, technique: str = "T1003.002") -> Signs:
    grid = np.zeros((2, 3), np.int8)
    grid[1, 1] = GRAVITY[level]
    return replace(QUIET, gravity={technique: grid}, findings={(technique, "srv01"): ["f1"]})


def test_what_would_have_been_seen_and_was_not_found_has_no_evidence() -> None:
    assert set(cells(judgement(), "SC-1").values()) == {Verdict.NO_EVIDENCE}


def test_what_could_not_have_been_seen_cannot_be_told() -> None:
    found = judgement(events=[*controller(), *processes(line="")])
    assert cells(found, "T1003.002")["srv01", 0] is Verdict.CANNOT_TELL
    because = {one.because for one in found.rulings if one.question == "T1003.002"}
    assert "CommandLine is not filled in event 4688 of Security" in because


def test_a_grave_rule_alone_is_a_suspicion_on_its_day() -> None:
    found = cells(judgement(hived("critical")), "T1003.002")
    assert found["srv01", 1] is Verdict.SUSPECTED
    assert found["srv01", 0] is Verdict.NO_EVIDENCE


def test_a_low_rule_tells_nothing() -> None:
    assert cells(judgement(hived("low")), "T1003.002")["srv01", 1] is Verdict.CANNOT_TELL


def test_a_grave_rule_beside_covered_tracks_means_affected() -> None:
    found = judgement(hived("high"), CLEARED)
    assert cells(found, "T1003.002")["srv01", 1] is Verdict.AFFECTED
    assert found.verdict is Verdict.AFFECTED


def test_a_medium_rule_beside_covered_tracks_stays_a_suspicion() -> None:
    assert cells(judgement(hived("medium"), CLEARED), "T1003.002")["srv01", 1] is Verdict.SUSPECTED


def test_possible_tampering_joins_nothing() -> None:
    possible = replace(CLEARED, standing=Standing.POSSIBLE)
    assert cells(judgement(hived("high"), possible), "T1003.002")["srv01", 1] is Verdict.SUSPECTED


def hit(level: str) -> Signs:
    sign = Sign("SC-1", level, ("dc01",), NEW_YEAR + DAY, NEW_YEAR + DAY + 5, "h1")
    return replace(QUIET, hits={"SC-1": [sign]})


def test_a_chain_that_was_found_means_affected() -> None:
    found = cells(judgement(hit("critical")), "SC-1")
    assert found == {
        ("dc01", 0): Verdict.NO_EVIDENCE,
        ("dc01", 1): Verdict.AFFECTED,
        ("dc01", 2): Verdict.NO_EVIDENCE,
    }


def test_what_goes_on_after_a_chain_that_tells_beginnings_cannot_be_told() -> None:
    answers = seeing(EVENTS, breaks=()).answers
    asked = {**answers.questions, "SC-1": replace(answers.questions["SC-1"], is_once=True)}
    found = judged(replace(answers, questions=asked), hit("critical"), ())
    told = cells(found, "SC-1")
    before, day, after = (told["dc01", number] for number in range(3))
    assert (before, day, after) == (
        Verdict.NO_EVIDENCE,
        Verdict.AFFECTED,
        Verdict.CANNOT_TELL,
    )
    assert any("no news" in one.because for one in found.rulings if one.question == "SC-1")


def test_a_chain_below_high_is_a_suspicion() -> None:
    assert cells(judgement(hit("medium")), "SC-1")["dc01", 1] is Verdict.SUSPECTED


def test_a_verdict_names_what_it_rests_on() -> None:
    found = judgement(hived("high"))
    (one,) = [r for r in found.rulings if r.verdict is Verdict.SUSPECTED]
    assert one.evidence == ("f1",)


def test_what_nobody_looks_for_is_listed_and_not_cleared() -> None:
    outside = dict(judgement().outside)
    assert outside["SC-2"] == "this hunt did not look for it"
    assert outside["T1482"] == "no rule of this hunt looks for it"


def test_means_of_ordinary_work_are_listed_and_not_cleared() -> None:
    assert "ordinary work" in dict(judgement().outside)["T1016"]


def test_means_of_ordinary_work_that_a_rule_found_are_suspected_where_it_did() -> None:
    found = cells(judgement(hived("medium", "T1016")), "T1016")
    assert found == {("srv01", 1): Verdict.SUSPECTED}


def test_a_hunt_that_left_hosts_out_clears_none() -> None:
    found = judgement(left_out=("host:dc*",))
    assert found.verdict is Verdict.CANNOT_TELL
    assert Verdict.NO_EVIDENCE not in {one.verdict for one in found.rulings}


def test_without_a_domain_controller_its_chains_cannot_be_told() -> None:
    found = judgement(events=each_hour(4624, data={"LogonType": "7"}))
    (one,) = [r for r in found.rulings if r.question == "SC-1"]
    assert (one.verdict, one.hosts) == (Verdict.CANNOT_TELL, ())


def test_a_removed_log_changes_only_what_needs_it() -> None:
    rest = [one for one in EVENTS if one.system["Channel"] != "Application"]
    before, after = judgement(), judgement(events=rest)
    changed = {
        question
        for question in {one.question for one in before.rulings}
        if cells(before, question) != cells(after, question)
    }
    assert changed == {"SC-1"}
    assert set(cells(after, "SC-1").values()) == {Verdict.CANNOT_TELL}


def burst(*more: Sign, technique: str = "", level: str = "medium") -> Signs:
    """Many tools of discovery in one session on srv01, on its second day, and other signs."""
    sign = Sign("discovery-burst", "medium", ("srv01",), NEW_YEAR + DAY, NEW_YEAR + DAY + 5, "b1")
    hits: dict[str, list[Sign]] = {"discovery-burst": [sign]}
    for one in more:
        hits.setdefault(one.question, []).append(one)
    gravity = hived(level, technique).gravity if technique else {}
    return replace(QUIET, hits=hits, gravity=gravity, chains=frozenset({*hits, "SC-1"}))


def test_a_chain_that_ordinary_work_looks_like_tells_nothing_by_itself() -> None:
    found = judgement(burst())
    assert cells(found, "discovery-burst")["srv01", 1] is Verdict.CANNOT_TELL
    assert cells(found, "discovery-burst")["srv01", 0] is Verdict.NO_EVIDENCE
    (one,) = [r for r in found.rulings if r.evidence]
    assert "support staff" in one.because
    assert one.evidence == ("b1",)


def test_beside_another_sign_it_is_a_suspicion() -> None:
    other = Sign("SC-1", "critical", ("srv01",), NEW_YEAR + 2 * DAY, NEW_YEAR + 2 * DAY, "h1")
    for signs, breaks in (
        (burst(other), ()),
        (burst(technique="T1003.002"), ()),
        (burst(), (CLEARED,)),
    ):
        found = cells(judgement(signs, *breaks), "discovery-burst")
        assert found["srv01", 1] is Verdict.SUSPECTED


def test_a_low_rule_beside_it_is_no_other_sign() -> None:
    found = judgement(burst(technique="T1003.002", level="low"))
    assert cells(found, "discovery-burst")["srv01", 1] is Verdict.CANNOT_TELL


def test_a_sign_on_another_host_is_not_beside_it() -> None:
    other = Sign("SC-1", "critical", ("dc01",), NEW_YEAR + DAY, NEW_YEAR + DAY, "h1")
    found = cells(judgement(burst(other)), "discovery-burst")
    assert found["srv01", 1] is Verdict.CANNOT_TELL
