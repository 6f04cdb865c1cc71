from __future__ import annotations

from dataclasses import replace

from fakes.exports import intrusion
from gamekeeper.model.incidents import Hop, Incident
from gamekeeper.reports.host_graph import ARROWS, host_graph, ways


def incident(*hops: tuple[int | None, str, str]) -> Incident:
    found = tuple(Hop(time, a, b, "ann", "Remote Desktop") for time, a, b in hops)
    return replace(intrusion()[0], hops=found, hosts=("WS1", "DC1", "FS1"))


def test_hosts_are_boxes_in_columns_and_ways_numbered_arrows() -> None:
    drawn = host_graph(incident((1, "10.0.0.1", "ws1"), (2, "WS1", "DC1"), (3, "ws1", "FS1")))
    assert drawn is not None
    boxes = {box.name: box for box in drawn.boxes}
    assert boxes["10.0.0.1"].is_outside
    assert not boxes["ws1"].is_outside
    assert boxes["10.0.0.1"].x < boxes["ws1"].x < boxes["FS1"].x
    assert [way.number for way in drawn.ways] == [1, 2, 3]
    assert drawn.height > max(box.y + box.height for box in drawn.boxes)


def test_ways_of_one_direction_are_one_arrow_and_the_way_back_another() -> None:
    one = incident((1, "WS1", "DC1"), (864_000_000_000, "WS1", "DC1"), (5, "DC1", "WS1"))
    drawn = host_graph(one)
    assert drawn is not None
    assert len(drawn.ways) == 2
    assert len({way.path for way in drawn.ways}) == 2
    assert ways(one)[0] == (
        "WS1 → DC1: ann (Remote Desktop), 1601-01-01 00:00, last 1601-01-02 00:00, on 2 occasions"
    )


def test_an_incident_without_ways_has_no_graph() -> None:
    assert host_graph(incident()) is None
    assert host_graph(incident((1, "WS1", "ws1"))) is None


def test_of_many_ways_the_first_are_drawn_inside_the_picture_and_all_are_told() -> None:
    hops = [(at, f"h{at}", f"h{at + 1}") for at in range(60)]
    one = incident(*hops, (None, "x", "y"))
    drawn = host_graph(one)
    assert drawn is not None
    assert len(drawn.ways) == ARROWS
    assert all(0 <= box.x <= drawn.width - box.width for box in drawn.boxes)
    assert ways(one)[-1].endswith("unknown")
    assert len(ways(one)) == 61
