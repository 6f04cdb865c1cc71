"""What is compared of a world and the same world under a flood: on rows written by hand."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import flooded_world


def incident(**changes: Any) -> dict[str, Any]:
    step = {"time": None, "text": "x", "bits": 2.0, "count": 1, "last_time": None, "event_ids": []}
    return {
        "rank": 1,
        "score_bits": 9.0,
        "events": 1,
        "steps": [{**step, **changes}],
        "reached": [],
    }


def test_counts_are_no_difference() -> None:
    one, two = incident(), incident(count=100_001, event_ids=["0:1"])
    assert flooded_world.differences([one], [{**two, "events": 100_001}]) == []


def test_another_weight_of_a_step_is() -> None:
    assert flooded_world.differences([incident()], [incident(bits=1.0), incident()]) == [
        "1 incidents, flooded 2",
        "incident 1: steps",
    ]


def test_an_act_again_is_the_same_under_another_shell() -> None:
    time = datetime(2026, 3, 3, 12, tzinfo=UTC)
    data = {"Image": "C:\\x\\a.exe", "ParentProcessGuid": "{1}", "User": "ann"}
    event = flooded_world.Act("a", "ws1", time, data).again(3, time)
    found = event["winlog"]["event_data"]
    assert (found["Image"], found["User"]) == (data["Image"], data["User"])
    assert found["ParentProcessGuid"] != data["ParentProcessGuid"]
    assert event["@timestamp"] == "2026-03-03T12:00:00.000000Z"
