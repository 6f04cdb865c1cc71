from __future__ import annotations

from pathlib import Path

from gamekeeper.evaluation.figures import figures
from gamekeeper.evaluation.outcome import read_outcome
from gamekeeper.evaluation.telling import lines
from gamekeeper.evaluation.truth import of_world

from .told import incident, step, world, write

TRUTH = of_world(world(*((n, f"10:00:{n:02}") for n in range(14))))


def test_people_read_shares_ranks_and_what_was_missed(tmp_path: Path) -> None:
    outcome = read_outcome(write(tmp_path, [incident(1, step("10:00:00"), step("10:00:01"))]))
    told = "\n".join(lines(figures(outcome, TRUTH, learning_days=1)))
    assert "14.3 % of 14" in told
    assert "rank 1, high" in told
    assert "in the learning period             1" in told
    assert "and 2 more" in told
