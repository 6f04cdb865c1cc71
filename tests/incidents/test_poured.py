from __future__ import annotations

import numpy as np
import pytest

from fakes.incident_worlds import DUMP, RULES, SOURCES, WHO, ListMatches, World
from gamekeeper.incidents import poured
from gamekeeper.incidents.cells import Cells
from gamekeeper.incidents.exemplars import ExemplarRows
from gamekeeper.incidents.findings import group
from gamekeeper.incidents.poured import Again

DAY_S = 86_400


def again(world: World, wanted: list[int]) -> ExemplarRows:
    matches = ListMatches(world.matches)
    cells = Cells(matches=matches)
    group(matches.batches(), RULES, SOURCES, cells=cells)
    rows, events = cells.found()
    assert cells.grouper is not None
    return Again(matches, cells.grouper).of(rows, np.array(wanted), events.names)


def made() -> World:
    world = World()
    for number in range(40):
        world.event(number, "ws1", WHO, user="ann")
        world.event(number + 0.5, "ws2", WHO, user="ann")
        world.event(number, "ws1", DUMP, user="ann")
        world.event(number + DAY_S, "ws1", WHO, user="ann")
    return world


def test_all_matches_of_the_wanted_cells_come_back_in_order() -> None:
    found = again(made(), [0, 1])
    assert found.cells.tolist() == [0] * 40 + [1] * 40
    assert found.offsets.tolist() == [
        *range(100, 16_100, 400),
        *range(400, 16_400, 400),
    ]
    assert (np.diff(found.filetimes[:40]) > 0).all()


def test_what_they_name_is_told_by_codes_behind_the_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poured, "LIMIT", 10)
    found = again(made(), [1])
    assert len(found) == 10
    assert {found.names[code] for code in found.tokens.tolist()} == {found.names[0]}
