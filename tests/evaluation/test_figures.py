from __future__ import annotations

import io
from csv import DictReader
from pathlib import Path

from gamekeeper.evaluation.figures import figures, load_of
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.truth import of_windows, of_world

from .test_truth import WINDOWS
from .told import incident, match, step, world, write

TRUTH = of_world(world((1, "10:00:00"), (2, "10:00:01"), (3, "10:00:02"), (4, "10:00:03")))


def test_the_right_incident_is_about_most_true_steps(tmp_path: Path) -> None:
    told = [
        incident(1, step("10:00:00"), step("12:00:00")),
        incident(2, step("10:00:01"), step("10:00:02"), step("13:00:00")),
        incident(3, step("15:00:00"), severity="low"),
    ]
    found = figures(read_outcome(write(tmp_path, told)), TRUTH)
    assert (found.right_incident, found.right_rank, found.right_severity) == ("I2", 2, "high")
    assert (found.steps, found.steps_found, found.recall) == (4, 3, 0.5)
    assert found.right_precision == 0.6667
    assert found.incident_precision == 0.6667
    assert found.missed == ("1: does 1", "4: does 4")


def test_nothing_found_has_no_right_incident(tmp_path: Path) -> None:
    found = figures(read_outcome(write(tmp_path, [])), TRUTH)
    assert (found.recall, found.right_rank, found.incident_precision) == (0.0, None, None)


def test_windows_count_in_any_incident_and_have_baselines(tmp_path: Path) -> None:
    told = incident(1, step("10:00:30", events=("0:1",)))
    outcome = read_outcome(write(tmp_path, [told], (match("0:1", "10:00:30"),)))
    truth = of_windows(DictReader(io.StringIO(WINDOWS)))
    found = figures(outcome, truth, frozenset({("0:1", "1")}))
    assert found.recall == 1.0
    assert found.by_key
    assert found.one_incident is not None
    assert found.random_windows is not None


def test_what_begins_in_the_learning_period_is_counted_apart(tmp_path: Path) -> None:
    later = incident(2, {**step("10:00:00"), "time": "2026-03-09T10:00:00Z"}, severity="low")
    outcome = read_outcome(write(tmp_path, [incident(1, step("10:00:00")), later]))
    load = load_of(outcome, 5)
    assert (load.incidents, load.cold, load.by_severity) == (1, 1, {"low": 1})
    assert load.host_days == 10
    assert load.per_1000_host_days == 100
