from __future__ import annotations

import json
from typing import Any

import pytest

from gamekeeper.sources.json.unwrap import nested, recognise

EVENT = {"EventID": 1, "Channel": "System"}


@pytest.mark.parametrize(
    "record",
    [
        EVENT,
        {"_index": "i", "_source": EVENT},
        {"preview": False, "result": EVENT},
        {"document": {"kind": "evtx", "data": EVENT}},
        {"category": "x", "properties": EVENT},
        {"time": 1, "event": EVENT},
        {"message": json.dumps(EVENT), "@timestamp": "x"},
        {"_raw": json.dumps(EVENT)},
        {"event": {"original": json.dumps(EVENT)}},
        {"result": {"_raw": json.dumps({"_source": EVENT})}},
    ],
)
def test_the_event_is_found_inside_its_wrappers(record: dict[str, Any]) -> None:
    found = recognise(record)
    assert found is not None
    assert found[0] == EVENT


@pytest.mark.parametrize(
    "record",
    [
        {"message": "{no json"},
        {"message": "[1]"},
        {"result": {"result": {"result": {"result": {"result": {"result": EVENT}}}}}},
        {"_source": "text", "event": None},
    ],
)
def test_what_holds_no_event_is_not_searched_for_ever(record: dict[str, Any]) -> None:
    assert recognise(record) is None


def test_dotted_keys_become_objects_and_field_names_stay_whole() -> None:
    assert nested({"winlog.event_data.a.b": 1, "winlog.channel": "c", "log.level": "x"}) == {
        "winlog": {"event_data": {"a.b": 1}, "channel": "c"},
        "log": {"level": "x"},
    }


def test_a_dotted_key_that_meets_a_value_wins_over_it() -> None:
    assert nested({"a": 1, "a.b": 2}) == {"a": {"b": 2}}
