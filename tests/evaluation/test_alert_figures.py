from __future__ import annotations

import io
from csv import DictReader
from pathlib import Path

from gamekeeper.evaluation.figures import figures
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.truth import of_alerts

from .told import LABELLED, alert, incident, step, write

TRUTH = of_alerts(DictReader(io.StringIO(LABELLED)))


def test_phases_of_one_attack_in_two_incidents_are_a_split(tmp_path: Path) -> None:
    told = [
        incident(1, step("10:00:00", host="gate", events=("0:2",))),
        incident(
            2,
            step("10:10:00", host="mill", events=("0:5",)),
            step("11:00:00", host="mill", events=("0:6",)),
        ),
    ]
    matches = (
        alert(2, "10:00:00", "gate"),
        alert(5, "10:10:00", "mill"),
        alert(6, "11:00:00", "mill"),
    )
    found = figures(read_outcome(write(tmp_path, told, matches)), TRUTH)
    assert (found.steps, found.steps_found, found.recall) == (2, 2, 1.0)
    assert (found.right_steps, found.right_rank) == (1, 1)
    assert (found.pair_precision, found.pair_recall) == (0.0, 0.0)
    assert found.alerts is not None
    assert found.alerts.incidents_of_phases == 2
    assert (found.alerts.caused_found, found.alerts.caused) == (1, 1)
    assert (found.alerts.in_phases, found.alerts.alerts) == (3, 0)
    assert found.random_windows is not None
    assert found.one_incident is not None


def test_both_phases_in_one_incident_are_one_story(tmp_path: Path) -> None:
    both = incident(
        1,
        step("10:00:00", host="gate", events=("0:2",)),
        step("10:10:00", host="mill", events=("0:5",)),
    )
    matches = (alert(2, "10:00:00", "gate"), alert(5, "10:10:00", "mill"))
    found = figures(read_outcome(write(tmp_path, [both], matches)), TRUTH)
    assert (found.pair_precision, found.pair_recall, found.right_steps) == (1.0, 1.0, 2)
    assert found.incident_precision == 1.0


def test_a_phase_that_no_incident_cites_is_missed(tmp_path: Path) -> None:
    told = incident(1, step("11:00:00", host="mill", events=("0:6",)))
    outcome = read_outcome(write(tmp_path, [told], (alert(6, "11:00:00", "mill"),)))
    found = figures(outcome, TRUTH)
    assert found.missed == ("knock: 2 alerts", "enter: 1 alerts")
    assert found.incident_precision == 0.0
