from __future__ import annotations

import numpy as np
from tests.incidents.conftest import BASE, MakeBatch

from gamekeeper.incidents.cells import EXEMPLARS, Cells
from gamekeeper.incidents.started import event_keys


def test_a_cell_is_a_group_on_a_day(batch: MakeBatch) -> None:
    cells = Cells()
    cells.add(batch([{"time": 0}, {"time": 3600}, {"time": 90_000}]), np.array([0, 0, 0]))
    cells.add(batch([{"time": 90_001}]), np.array([1]))
    found, _ = cells.found()
    assert found.groups.tolist() == [0, 0, 1]
    assert (found.counts.tolist(), found.hours.tolist()) == ([2, 1, 1], [2, 1, 1])


def test_a_flood_keeps_a_few_events_and_counts_all(batch: MakeBatch) -> None:
    cells = Cells()
    for start in range(0, 3_000, 1_000):
        cells.add(batch([{"time": start + n} for n in range(1_000)]), np.zeros(1_000, np.int64))
    found, events = cells.found()
    assert (found.counts.tolist(), found.hours.tolist()) == ([3_000], [1])
    assert events.filetimes.tolist() == [BASE + n * 10_000_000 for n in range(EXEMPLARS)]


def test_what_is_cited_is_kept_however_late_it_comes(batch: MakeBatch) -> None:
    rows = [{"time": n, "source": 1, "offset": n} for n in range(100)]
    cells = Cells(event_keys(np.array([0, 1, 1]), np.array([70, 3, 70])))
    cells.add(batch(rows), np.zeros(100, np.int64))
    cells.add(batch([{"time": 101, "source": 1, "offset": 101}]), np.array([0]))
    found, events = cells.found()
    assert found.counts.tolist() == [101]
    assert events.offsets.tolist() == [*range(EXEMPLARS), 70]


def test_copies_of_one_event_stand_once(batch: MakeBatch) -> None:
    cells = Cells()
    rows = [{"event": "same", "source": source} for source in (0, 1)]
    cells.add(batch(rows), np.array([0, 0]))
    cells.add(batch(rows), np.array([0, 1]))
    found, events = cells.found()
    assert (found.counts.tolist(), events.cells.tolist()) == ([3, 1], [0, 1])


def test_matches_without_a_time_have_a_day_of_their_own(batch: MakeBatch) -> None:
    cells = Cells()
    cells.add(batch([{"time": None}]), np.array([0]))
    found, events = cells.found()
    assert (found.days.tolist(), found.firsts.tolist(), events.filetime(0)) == ([-1], [-1], None)


def test_hours_that_span_batches_count_once(batch: MakeBatch) -> None:
    cells = Cells()
    for time in (0, 10, 3_700):
        cells.add(batch([{"time": time}]), np.array([0]))
    assert cells.found()[0].hours.tolist() == [2]


def test_events_that_come_in_many_batches_are_kept_as_if_they_came_in_one(batch: MakeBatch) -> None:
    rows = [
        {"time": 40_000 * n, "fields": {"File": f"c:\\windows\\temp\\{n}.exe"}} for n in range(9)
    ]
    numbers = np.array([0, 1, 0, 0, 1, 2, 2, 0, 1])
    whole, parts = Cells(), Cells()
    whole.add(batch(rows), numbers)
    for at in range(len(rows)):
        parts.add(batch(rows[at : at + 1]), numbers[at : at + 1])
    (cells, events), (cells_again, events_again) = whole.found(), parts.found()
    for name in ("groups", "days", "counts", "hours", "firsts", "lasts"):
        assert getattr(cells, name).tolist() == getattr(cells_again, name).tolist()
    for name in ("cells", "sources", "offsets", "filetimes", "highs", "lows"):
        assert getattr(events, name).tolist() == getattr(events_again, name).tolist()
    named = [one.names[code] for one in (events, events_again) for code in one.tokens]
    assert named[:9] == named[9:]
    assert named[1].files == (("", "c:\\windows\\temp\\2.exe"),)
