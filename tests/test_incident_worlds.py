"""The worlds on which incidents are measured, and how figures of many become one: on rows written by hand."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.evaluation.figures import Figures, Load
from gamekeeper.evaluation.outcome import Outcome, ToldIncident, ToldStep
from gamekeeper.simulate.intrusion import intrusions, stealth_of

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import incident_plans, incident_worlds

DAY = 86_400_000_000


def test_the_two_sets_do_not_meet() -> None:
    sets = [{plan.seed for plan in incident_plans.plans(name)} for name in ("tuning", "evaluation")]
    assert not sets[0] & sets[1]
    assert len(sets[1]) >= 50


def test_four_of_ten_worlds_at_least_have_no_intruder() -> None:
    kinds = Counter(plan.kind for plan in incident_plans.plans("evaluation"))
    assert kinds["clean"] >= 0.4 * kinds.total()
    assert set(kinds) == {"clean", "loud", "careful", "slow"}


def test_sizes_go_from_twenty_to_two_hundred_hosts_and_to_four_hundred_days() -> None:
    plans = list(incident_plans.plans("evaluation"))
    assert (min(p.hosts for p in plans), max(p.hosts for p in plans)) == (20, 200)
    assert (min(p.days for p in plans), max(p.days for p in plans)) == (30, 400)
    assert all(plan.hosts < 200 and plan.days < 400 for plan in plans[:39])


def test_a_world_hides_its_intruder_as_its_kind_says() -> None:
    for plan in incident_plans.plans("evaluation"):
        assert plan.intrusion == "none" if plan.kind == "clean" else plan.intrusion in intrusions()
        assert plan.kind == "clean" or stealth_of(plan.intrusion) == plan.kind


def test_a_world_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = incident_plans.Plan(7, "loud", "wmi-walk", 3, 1, incident_plans.Setting())
    place = incident_plans.make(plan, tmp_path)
    assert {path.name for path in place.iterdir()} == {"logs", "truth.jsonl", "world.json"}
    monkeypatch.setattr(incident_plans, "simulate", None)
    assert incident_plans.make(plan, tmp_path) == place
    assert incident_plans.size_bytes(place) > 10_000


def figures(**changes: Any) -> Figures:
    told: dict[str, Any] = {
        "truth": "events",
        "steps": 10,
        "steps_found": 8,
        "recall": 0.6,
        "right_steps": 6,
        "right_incident": "I",
        "right_rank": 1,
        "right_severity": "high",
        "right_precision": 0.9,
        "incident_precision": 1.0,
        "pair_precision": 1.0,
        "pair_recall": None,
        "missed": (),
        "load": Load(1, {"high": 1}, 0, 320.0, 3.1),
        "seconds": 1.0,
        "by_key": False,
    }
    return Figures(**{**told, **changes})


def world(kind: str, found: Figures | None = None, **changes: Any) -> incident_worlds.World:
    told: dict[str, Any] = {
        "seed": 1,
        "kind": kind,
        "intrusion": "x",
        "hosts": 20,
        "days": 30,
        "host_days": 320.0,
        "false_above_low": 0,
        "false": 0,
        "cold_above_low": 0,
        "cold": 0,
        "events": 9,
        "cpu_s": 1.0,
        "found": found,
    }
    return incident_worlds.World(**{**told, **changes})


def test_recall_and_ranks_are_told_by_stealth() -> None:
    lost = figures(right_rank=None, recall=0.0, right_severity="", steps_found=0)
    rows = [world("loud", figures()), world("slow", figures(right_rank=2)), world("slow", lost)]
    told = incident_worlds.summary(rows, [9])["by_stealth"]
    assert told["loud"]["right_incident_first"] == 1.0
    assert told["slow"]["intrusions_in_an_incident"] == 1
    assert told["slow"]["true_steps_in_right_incident"] == 0.3
    assert told["all"]["worlds"] == 3
    assert told["slow"]["pair_recall"] is None


def test_clean_worlds_are_counted_per_host_day_and_apart() -> None:
    rows = [world("clean", false=2, false_above_low=1, cold=3), world("loud", figures(), false=1)]
    told = incident_worlds.summary(rows, [])
    assert told["clean"]["above_low_per_5000"] == 15.62
    assert told["clean"]["any_per_500"] == 3.12
    assert (told["clean"]["cold_any"], told["clean"]["cold_host_days"]) == (3, 280)
    assert told["beside_intrusions"]["any"] == 1


def test_an_interval_is_wide_for_few_and_none_for_nothing() -> None:
    assert incident_worlds.interval(9, 10) == [0.596, 0.982]
    assert incident_worlds.interval(0, 0) is None


def step(day: int, *, is_context: bool = False) -> ToldStep:
    return ToldStep(day * DAY, "ws1", "x", is_context, (), (), ())


def test_what_ends_while_learning_is_cold_and_what_goes_on_is_not() -> None:
    told = [
        ToldIncident("a", 1, "low", 9.0, 3 * DAY, (step(3), step(20, is_context=True))),
        ToldIncident("b", 1, "high", 9.0, 3 * DAY, (step(3), step(20))),
        ToldIncident("c", 1, "low", 9.0, 20 * DAY, ()),
    ]
    outcome = Outcome(tuple(told), (), 2, 0, 30 * DAY, 1.0)
    assert incident_worlds.false_ones(outcome, None, 14) == (["low"], ["high", "low"])


def test_figures_of_a_world_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = incident_plans.Plan(7, "loud", "wmi-walk", 3, 1, incident_plans.Setting())
    once = world("loud", figures())
    monkeypatch.setattr(incident_worlds, "look", lambda *_: once)
    assert incident_worlds.kept(plan, tmp_path, (), tmp_path / "kept") is once
    monkeypatch.setattr(incident_worlds, "look", None)
    again = incident_worlds.kept(plan, tmp_path, (), tmp_path / "kept")
    told = [json.dumps(incident_worlds.summary([one], [])) for one in (once, again)]
    assert told[0] == told[1]
