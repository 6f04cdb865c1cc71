from __future__ import annotations

import numpy as np

from gamekeeper.incidents.cells import CellRows
from gamekeeper.incidents.exemplars import ExemplarRows
from gamekeeper.incidents.floods import Floods
from gamekeeper.incidents.hidden import Met
from gamekeeper.incidents.observed import Spoken
from gamekeeper.incidents.standing import standing


def events(cells: list[int], numbers: list[int], texts: tuple[str, ...] = ()) -> ExemplarRows:
    """Events at so many ticks, which their fingerprints tell, too."""
    times = np.array(numbers, np.int64)
    halves = times.astype(np.uint64)
    none = np.full(len(cells), -1, np.int32)
    sources = np.zeros(len(cells), np.int32)
    return ExemplarRows(
        np.array(cells, np.int32), sources, times, times, halves, halves, none, (), texts
    )


#: Cells 0 and 1 are days of one flood, cell 2 none; cell 3 is an observation's.
FLOODS = Floods(
    np.array([0, 0, 2, 3]),
    np.array([True, True, False, False]),
    np.array([True, True, False, False]),
    np.array([0, 0, 0, 0]),
    np.array([1, 0, 1, 1]),
)
CELLS = CellRows(
    *(
        np.array(one, np.int64)
        for one in (
            [0, 0, 1, 2],
            [0, 1, 0, 0],
            [900, 1_000, 2, 1],
            [2, 3, 1, 1],
            [10, 100, 20, 30],
            [40, 200, 25, 30],
        )
    )
)


def met(chosen: list[int], tied: list[int], apart: list[int], anchors: dict[int, int]) -> Met:
    return Met(*(np.array(one, np.int64) for one in (chosen, tied, apart)), anchors)


def stood(found: Met, cited: int = 30) -> tuple[Spoken, list[tuple[int, int]], list[bool]]:
    kept = events([0, 0, 1, 2, 3], [10, 11, 100, 20, cited], ("what is cited",))
    every = events([0, 0, 0, 1, 1, 1], [10, 11, 12, 100, 101, 102])
    spoken, apart = standing(Spoken(CELLS, kept, [], []), every, FLOODS, found)
    rows = spoken.events
    return (
        spoken,
        list(zip(rows.cells.tolist(), rows.offsets.tolist(), strict=True)),
        apart.tolist(),
    )


def test_a_flood_that_meets_nothing_is_known_by_more_events() -> None:
    spoken, rows, apart = stood(met([2, 3, 5], [], [], {}))
    assert rows == [(0, 10), (0, 11), (0, 12), (1, 100), (1, 102), (2, 20), (3, 30)]
    assert spoken.cells.counts.tolist() == [900, 1_000, 2, 1]
    assert not any(apart)


def test_only_what_is_tied_stands_for_a_flood_and_counts_for_its_other_day() -> None:
    spoken, rows, apart = stood(met([4, 5], [4, 5], [5], {0: 4}))
    assert rows == [(1, 101), (1, 102), (2, 20), (3, 30)]
    assert apart == [False, True, False, False]
    assert spoken.cells.counts.tolist() == [900, 1_900, 2, 1]
    assert spoken.cells.firsts.tolist() == [10, 101, 20, 30]
    assert spoken.events.text(3) == "what is cited"


def test_what_an_observation_cites_stays() -> None:
    spoken, rows, _ = stood(met([4], [4], [], {0: 4}), cited=11)
    assert rows == [(0, 11), (1, 101), (2, 20), (3, 11)]
    assert spoken.cells.counts.tolist() == [900, 1_000, 2, 1]
