from __future__ import annotations

import pytest

from gamekeeper.sources.json.clock import FileClock
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.shapes.sentinel import SHAPE
from gamekeeper.sources.windows_xml import BadXml

EVENT = {"TimeGenerated": "2026-11-22T09:00:00Z", "EventID": 1, "Type": "SecurityEvent"}


def test_carried_data_wins_over_the_column_that_repeats_it() -> None:
    record = {**EVENT, "CommandLine": "short", "EventData": '{"CommandLine":"whole"}'}
    event = SHAPE.to_event(record, Place(0, FileClock()))
    assert list(event.data) == [("CommandLine", "whole")]
    assert event.system == {"Channel": "Security"}


def test_parameters_without_names_are_unnamed_data() -> None:
    record = {**EVENT, "Type": "Event", "ParameterXml": "<Param>a</Param><Param>b</Param>"}
    event = SHAPE.to_event(record, Place(0, FileClock()))
    assert list(event.data) == [("Data", "a"), ("Data", "b")]


@pytest.mark.parametrize("data", ["<EventData><", "{broken"])
def test_data_that_cannot_be_read_rejects_the_record(data: str) -> None:
    with pytest.raises((BadXml, BadRecord)):
        SHAPE.to_event({**EVENT, "EventData": data}, Place(0, FileClock()))


def test_rows_of_other_tables_are_not_events() -> None:
    assert not SHAPE.matches({"TimeGenerated": "x", "Type": "Heartbeat", "EventID": 1})
    assert not SHAPE.matches({"Type": "SecurityEvent", "EventID": 1})
