from __future__ import annotations

from typing import Any

import pytest

from gamekeeper.sources.registry import recognise

HEADER = "time,name,ip,host,short,time_label,event_label\n"
ROW = "1767225600,Wazuh: Agent stopped,10.9.0.1,mill,W-1,flood,flood_cmd\n"


def test_a_row_is_an_alert_of_its_tool_about_a_host(read: Any) -> None:
    [event] = read(HEADER + ROW).events
    assert event == {
        "dataset": "alerts.tools",
        "event.record_id": 2,
        "event.filetime": 134116992000000000,
        "Channel": "Gamekeeper-Alerts",
        "Computer": "mill",
        "Provider_Name": "Wazuh",
        "AlertName": "Agent stopped",
        "ShortName": "W-1",
        "HostAddress": "10.9.0.1",
    }


def test_labels_are_answers_and_reach_no_event(read: Any) -> None:
    found = read(HEADER + ROW)
    assert "flood" not in repr(found.events)
    assert found.tally.notes == ("answers of other people are held back: event_label, time_label",)


def test_without_labels_nothing_is_held_back(read: Any) -> None:
    found = read("time,name,ip,host,short\n1767225600,Odd,10.9.0.1,mill,O\n")
    assert found.tally.notes == ()
    assert found.events[0]["AlertName"] == "Odd"
    assert "Provider_Name" not in found.events[0]


def test_further_columns_are_kept(read: Any) -> None:
    [event] = read("time,name,ip,host,short,area\n1767225600,Odd,,mill,,north\n").events
    assert event["event.rest"] == [["area", "north"]]


def test_a_time_that_is_none_is_kept_as_it_stands(read: Any) -> None:
    [event] = read(HEADER + ROW.replace("1767225600", "99" * 30)).events
    assert "event.filetime" not in event
    assert ["System_TimeCreated_SystemTime", "99" * 30] in event["event.rest"]


@pytest.mark.parametrize(
    "row",
    [
        "1767225600,,10.9.0.1,mill,W,-,-\n",
        "1,2\n",
        '"1767225600,"Wazuh: x,10.9.0.1,mill,W,-,-\n',
        ",,,,,,\n",
    ],
)
def test_what_is_no_alert_is_a_reject(read: Any, row: str) -> None:
    found = read(HEADER + ROW + row + ROW)
    assert len(found.events) == 2
    assert len(found.rejects) == 1
    assert found.adds_up()


@pytest.mark.parametrize(
    "name", ["\x00\x1b[31m", "<script>alert(1)</script>", "=1+1", "x" * 70_000, ": ", "Tool: "]
)
def test_hostile_names_are_names(read: Any, name: str) -> None:
    found = read(HEADER + ROW.replace("Wazuh: Agent stopped", name))
    assert [event["AlertName"] for event in found.events] == [name]
    assert found.adds_up()


def test_it_is_known_by_its_header_whatever_the_file_is_called() -> None:
    source = recognise((HEADER + ROW).encode(), "notes.txt")
    assert source is not None
    assert source.name == "csv"
    assert recognise(b"time,name,host\n1,a,b\n", "x_alerts.csv") is None
