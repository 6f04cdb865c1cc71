from __future__ import annotations

import numpy as np
from tests.incidents.conftest import MakeBatch

from gamekeeper.incidents.cells import EXEMPLARS, Cells


def test_a_cell_is_a_group_on_a_day(batch: MakeBatch) -> None:
    cells = Cells()
    cells.add(batch([{"time": 0}, {"time": 3600}, {"time": 90_000}]), np.array([0, 0, 0]))
    cells.add(batch([{"time": 90_001}]), np.array([1]))
    found = [(one.group, one.count, one.hours) for one in cells.found()]
    assert found == [(0, 2, 2), (0, 1, 1), (1, 1, 1)]


def test_a_flood_keeps_a_few_events_and_counts_all(batch: MakeBatch) -> None:
    cells = Cells()
    for start in range(0, 3_000, 1_000):
        cells.add(batch([{"time": start + n} for n in range(1_000)]), np.zeros(1_000, np.int64))
    (cell,) = cells.found()
    assert (cell.count, len(cell.exemplars), cell.hours) == (3_000, EXEMPLARS, 1)


def test_copies_of_one_event_stand_once(batch: MakeBatch) -> None:
    cells = Cells()
    rows = [{"event": "same", "source": source} for source in (0, 1)]
    cells.add(batch(rows), np.array([0, 0]))
    (cell,) = cells.found()
    assert (cell.count, len(cell.exemplars)) == (2, 1)


def test_matches_without_a_time_have_a_day_of_their_own(batch: MakeBatch) -> None:
    cells = Cells()
    cells.add(batch([{"time": None}]), np.array([0]))
    (cell,) = cells.found()
    assert (cell.day, cell.first, cell.exemplars[0].filetime) == (-1, None, None)


def test_hours_that_span_batches_count_once(batch: MakeBatch) -> None:
    cells = Cells()
    for time in (0, 10, 3_700):
        cells.add(batch([{"time": time}]), np.array([0]))
    assert [one.hours for one in cells.found()] == [2]
