from __future__ import annotations

from gamekeeper.hunt.one_event import event_of
from gamekeeper.hunt.request import filetime


def test_envelope_and_data_are_told_apart_whatever_the_case() -> None:
    event = event_of(
        {
            "channel": "System",
            "EVENTID": "7045",
            "EventRecordID": 9,
            "TimeCreated": "2026-01-01",
            "Level": 4,
            "ServiceName": "x",
            "Data": ["a", "b"],
        }
    )
    assert event.system == {"Channel": "System", "Level": "4"}
    assert (event.event_id, event.event_record_id) == (7045, 9)
    assert event.filetime == filetime("2026-01-01")
    assert event.data == [("ServiceName", "x"), ("Data", "a"), ("Data", "b")]


def test_none_is_a_field_that_is_not_there_and_truth_values_are_words() -> None:
    event = event_of({"A": None, "B": [None, True], "Channel": None, "EventID": None})
    assert (event.event_id, event.system, event.data) == (None, {}, [("B", "true")])


def test_nothing_is_invented() -> None:
    event = event_of({})
    assert (event.event_id, event.filetime, event.system, list(event.data)) == (None, None, {}, [])
