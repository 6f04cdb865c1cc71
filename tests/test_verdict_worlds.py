"""The worlds on which verdicts are measured, and how those on chains that happened are counted."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gamekeeper.model.visibility import Verdict
from gamekeeper.simulate.intrusion import intrusions

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import verdict_worlds
from bench.verdict_acted import Acted, Cell, acted_in

DAY = 864_000_000_000


def test_the_two_sets_do_not_meet() -> None:
    tuning, evaluation = (
        {plan.seed for plan in verdict_worlds.plans(name)} for name in ("tuning", "evaluation")
    )
    assert not tuning & evaluation


def test_every_intrusion_comes_in_every_size() -> None:
    plans = verdict_worlds.plans("evaluation")
    assert {(plan.intrusion, plan.hosts, plan.days) for plan in plans} == {
        (name, *size) for name in intrusions() for size in ((5, 2), (8, 10), (8, 36))
    }


def test_the_truth_says_where_chains_happened() -> None:
    rows = [
        {"chain": ["SC-4", "SC-6"], "host": "MV-DC01", "filetime": 5 * DAY + 7},
        {"chain": [], "host": "MV-FS01", "filetime": 5 * DAY},
        {"chain": ["SC-4"], "host": "MV-DC01", "filetime": 5 * DAY + 9},
    ]
    found = acted_in(map(json.dumps, rows))
    assert found == {("SC-4", "mv-dc01", 5 * DAY), ("SC-6", "mv-dc01", 5 * DAY)}


def test_a_chain_has_the_gravest_verdict_of_its_places() -> None:
    sums = Acted()
    cells: list[Cell] = [("SC-4", host, 0) for host in ("a", "b", "c")]
    known = {cells[0]: Verdict.CANNOT_TELL, cells[1]: Verdict.AFFECTED}
    sums.add("walk", cells, known)
    assert sums.rolled == {"SC-4 in walk": {"affected": 1}}
    assert sums.cells == {"SC-4": {"affected": 1, "cannot tell": 1, "not asked": 1}}
    assert not sums.cleared


def test_a_false_all_clear_is_named() -> None:
    sums = Acted()
    sums.add("walk", [("SC-4", "a", 0)], {("SC-4", "a", 0): Verdict.NO_EVIDENCE})
    assert sums.figures()["false_all_clear"] == {"SC-4 in walk on a": 1}
