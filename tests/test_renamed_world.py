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


def found(*incidents: dict[str, Any], **rows: list[tuple[object, ...]]) -> renamed_world.Found:
    kinds = {kind: rows.get(kind, []) for kind in ("chains", "findings", "anomalies")}
    return renamed_world.Found([renamed_world.bare(one) for one in incidents], kinds)


def test_other_names_are_no_difference() -> None:
    one, two = incident(hosts=["A"]), incident(hosts=["Z"], id="other")
    assert renamed_world.differences(found(one), found(two)) == []


def test_another_score_or_another_step_is() -> None:
    one, two = incident(), incident(score_bits=9, steps=[])
    assert renamed_world.differences(found(one), found(two, two)) == [
        "1 incidents, renamed 2",
        "incident 1: score_bits 1, renamed 9",
        "incident 1: steps differ",
    ]


def test_each_finding_chain_and_anomaly_counts() -> None:
    one = found(chains=[("SC-1", 2)], findings=[("r", 1), ("r", 1)])
    two = found(chains=[("SC-1", 3)], findings=[("r", 1)])
    assert renamed_world.differences(one, two) == [
        "chains: ('SC-1', 2), not renamed",
        "chains: ('SC-1', 3), renamed",
        "findings: ('r', 1), not renamed",
    ]
