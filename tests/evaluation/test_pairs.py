from __future__ import annotations

from pathlib import Path
from typing import Any

from gamekeeper.evaluation.joining import join
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.pairs import Pairs, pairs
from gamekeeper.evaluation.truth import of_world

from .told import incident, step, world, write

TRUTH = of_world(world((1, "10:00:00"), (2, "10:00:01"), (3, "10:00:02")))


def counted(folder: Path, *told: dict[str, Any]) -> Pairs:
    return pairs(join(read_outcome(write(folder, list(told))).incidents, TRUTH, None), TRUTH)


def test_one_incident_of_true_steps_is_all_right(tmp_path: Path) -> None:
    found = counted(tmp_path, incident(1, *(step(f"10:00:0{n}") for n in range(3))))
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_strangers_in_an_incident_cost_precision(tmp_path: Path) -> None:
    found = counted(tmp_path, incident(1, step("10:00:00"), step("10:00:01"), step("12:00:00")))
    assert (found.together, found.right) == (3, 1)


def test_a_split_story_costs_recall(tmp_path: Path) -> None:
    found = counted(
        tmp_path,
        incident(1, step("10:00:00"), step("10:00:01")),
        incident(2, step("10:00:02")),
    )
    assert found.precision == 1.0
    assert found.recall == 1 / 3


def test_context_that_is_about_nothing_is_no_stranger(tmp_path: Path) -> None:
    found = counted(tmp_path, incident(1, step("10:00:00"), step("12:00:00", kind="context")))
    assert (found.together, found.precision, found.recall) == (0, None, None)
