from __future__ import annotations

from typing import Any

from gamekeeper.sources.csv.contract import Header
from gamekeeper.sources.csv.shapes.flat import SHAPE


def test_an_event_id_needs_a_channel_or_a_provider() -> None:
    assert SHAPE.claims(Header(("EventID", "Channel"))) > 0
    assert SHAPE.claims(Header(("event_code", "name"))) == 0
    assert SHAPE.claims(Header(("EventID", "Name"))) == 0


def test_a_column_twice_is_a_repeated_field(read: Any) -> None:
    [event] = read("EventID,Channel,Data,Data\n1,Application,a,b\n").events
    assert event["Data"] == "a"
    assert event["event.rest"] == [["Data", "b"]]


def test_a_row_without_event_id_is_no_event(read: Any) -> None:
    assert read("EventID,Channel\n,Security\n").reasons == ["not_an_event"]
