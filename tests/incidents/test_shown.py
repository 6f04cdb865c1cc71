from __future__ import annotations

import numpy as np

from fakes.incident_worlds import ListTraces, World
from gamekeeper.incidents.exemplars import ExemplarRows
from gamekeeper.incidents.shown import shown


def exemplars(*offsets: int) -> ExemplarRows:
    none = np.zeros(len(offsets), np.int64)
    halves = none.astype(np.uint64)
    return ExemplarRows(none, none, np.array(offsets), none, halves, halves, none - 1)


def test_texts_are_those_of_the_chosen_events() -> None:
    world = World()
    first = world.event(0, "ws1", 0, command_line="one")
    second = world.event(1, "ws1", 0, command_line="two")
    rows = exemplars(first, second, 5)
    found = shown(ListTraces(world.traces), rows, np.array([1, 2]))
    assert [found.text(row, "text") for row in range(3)] == ["", "two", ""]
