from __future__ import annotations

import io
from csv import DictReader
from pathlib import Path

from gamekeeper.evaluation.baselines import one_incident, random_windows
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.truth import of_windows

from .test_truth import WINDOWS
from .told import match, write

TWO = WINDOWS + "2,2026-03-02T20:00:00,2026-03-02T20:01:00,WS1:1,B\n"
TRUTH = of_windows(DictReader(io.StringIO(TWO)))


def test_one_incident_finds_every_window_and_few_artefacts(tmp_path: Path) -> None:
    noise = tuple(match(f"0:{n}", f"10:00:{n:02}") for n in range(50))
    outcome = read_outcome(write(tmp_path, [], (*noise, match("0:99", "20:00:00"))))
    found = one_incident(outcome, TRUTH, frozenset({("0:7", "1"), ("0:99", "2")}))
    assert found.by_window == 1.0
    assert found.by_key is not None
    assert 0.5 < found.by_key < 0.65
    assert one_incident(outcome, TRUTH, None).by_key is None


def test_random_windows_find_little_and_the_same_each_time(tmp_path: Path) -> None:
    outcome = read_outcome(write(tmp_path, [], (match("0:1", "10:00:30"),)))
    found = random_windows(outcome, TRUTH, frozenset({("0:1", "1")}), 3)
    assert found == random_windows(outcome, TRUTH, frozenset({("0:1", "1")}), 3)
    assert found.by_window < 0.1
