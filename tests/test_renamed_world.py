"""What is compared of a world and the same world under other names: on rows written by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import renamed_world


def incident(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(renamed_world._SAME, 1)
    step = {"time": None, "kind": "match", "technique": "T1", "bits": 2.0, "count": 1, "text": "x"}
    return {**told, "hosts": ["A"], "accounts": ["b"], "steps": [step], **changes}


def test_other_names_are_no_difference() -> None:
    one, two = incident(hosts=["A"]), incident(hosts=["Z"], id="other")
    assert renamed_world.differences([renamed_world.bare(one)], [renamed_world.bare(two)]) == []


def test_another_score_or_another_step_is() -> None:
    one = renamed_world.bare(incident())
    two = renamed_world.bare(incident(score_bits=9, steps=[]))
    assert renamed_world.differences([one], [two, two]) == [
        "1 incidents, renamed 2",
        "incident 1: score_bits 1, renamed 9",
        "incident 1: steps differ",
    ]
