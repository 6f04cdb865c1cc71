from __future__ import annotations

import io
from csv import DictReader
from pathlib import Path

from gamekeeper.evaluation.figures import figures
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.telling import lines
from gamekeeper.evaluation.truth import of_alerts, of_world

from .told import LABELLED, alert, incident, step, world, write

TRUTH = of_world(world(*((n, f"10:00:{n:02}") for n in range(14))))


def test_people_read_shares_ranks_and_what_was_missed(tmp_path: Path) -> None:
    outcome = read_outcome(write(tmp_path, [incident(1, step("10:00:00"), step("10:00:01"))]))
    told = "\n".join(lines(figures(outcome, TRUTH, learning_days=1)))
    assert "14.3 % of 14" in told
    assert "rank 1, high" in told
    assert "in the learning period             1" in told
    assert "and 2 more" in told


def test_of_alerts_the_load_and_what_the_attack_caused_are_told(tmp_path: Path) -> None:
    truth = of_alerts(DictReader(io.StringIO(LABELLED)))
    told = incident(1, step("10:00:00", host="gate", events=("0:2",)))
    outcome = read_outcome(write(tmp_path, [told], (alert(2, "10:00:00", "gate"),)))
    text = "\n".join(lines(figures(outcome, truth)))
    assert "true steps in any incident         50.0 % of 2" in text
    assert "true steps in the right incident   1" in text
    assert "steps by alerts the attack caused  1 of 1" in text
    assert "incidents that tell of the attack  1" in text
    assert "of phases 3; for each incident 0.0" in text
