from __future__ import annotations

from typing import Any

from gamekeeper.sources.json.clock import FileClock
from gamekeeper.sources.json.contract import Place
from gamekeeper.sources.json.shapes.get_winevent import SHAPE

EVENT = {"LogName": "Moor/Operational", "ProviderName": "Moor", "Id": 1}


def fields(**more: Any) -> list[tuple[str, str]]:
    return list(SHAPE.to_event({**EVENT, **more}, Place(0, FileClock())).data)


def test_values_without_names_stay_in_order() -> None:
    assert fields(Properties=[{"Value": "b"}, {"Value": 1}, {"Value": None}, {"Value": True}]) == [
        ("Data", "b"),
        ("Data", "1"),
        ("Data", ""),
        ("Data", "true"),
    ]


def test_lists_of_bytes_are_binary_values() -> None:
    assert fields(Properties=[{"Value": [0, 255, 16]}]) == [("Data", "00FF10")]


def test_values_that_the_message_shows_are_not_repeated_without_a_name() -> None:
    found = fields(
        LogName="System",
        Id=7036,
        Message="The Spooler service entered the stopped state.",
        Properties=[{"Value": "Spooler"}, {"Value": "stopped"}, {"Value": "extra"}],
    )
    assert found[1:] == [("param1", "Spooler"), ("param2", "stopped"), ("Data", "extra")]


def test_broken_xml_beside_the_properties_does_not_cost_the_event() -> None:
    assert fields(Xml="<Event>", Properties=[{"Value": "a"}]) == [("Data", "a")]
