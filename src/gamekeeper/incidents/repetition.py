"""Which events are one habit: the same cells speak of them, beside the same, of the same program.

Acts of one habit are one signal with a count. Not so where they belong to trees of processes that did other
things beside: ``whoami`` of a script that runs every hour, and ``whoami`` of a shell that dumped memory next,
are two. Nor where one command line started two programs.

Sets of cells are compared by sums of one random number a cell: two sets have one sum by chance once in 2^64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.cells import EXEMPLARS
from gamekeeper.incidents.lists import firsts_of
from gamekeeper.questions.searches import packed, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.exemplars import Exemplars
    from gamekeeper.incidents.floods import Floods
    from gamekeeper.questions.searches import Ints, Rows


def habits(
    exemplars: Exemplars, rows: Rows, trees: Rows, programs: Rows, floods: Floods, rank: Ints
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return a number for the habit of each row: who speaks of its event, beside what, of which program.

    And say which rows are of a flood: that is one habit of each program, wherever it was. ``rank``: the
    order of the rows.
    """
    cells = floods.cells(exemplars.rows.cells)
    is_full = _are_full(exemplars, floods)
    unit, count = _numbered(exemplars.units[rows])
    tree, program = (np.full(count, -1, np.int32) for _ in range(2))
    np.maximum.at(tree, unit, trees[rows].astype(np.int32))
    np.maximum.at(program, unit, np.where(is_full, -1, programs)[rows].astype(np.int32))
    is_flooded = np.ones(count, bool)
    is_flooded[unit[~floods.is_flooded[cells[rows]] | exemplars.apart[rows]]] = False
    tree[is_flooded] = -1
    beside = _beside(exemplars, trees, cells, is_full)
    own = np.unique(packed(unit, cells[rows]))
    of, cell = (own >> 32).astype(np.int32), (own & 0xFFFFFFFF).astype(np.int32)
    del own
    mine = np.zeros(count, np.uint64)
    np.add.at(mine, of, _mixed(cell))
    flooding = np.flatnonzero(is_flooded[unit])
    _name_programs(program, mine, unit[flooding], rank[flooding])
    others, has = _others(beside, tree)
    rows_of = np.flatnonzero(has[of])
    of, cell = of[rows_of], cell[rows_of]
    both = within(packed(tree[of], cell), beside)
    np.subtract.at(others, of[both], _mixed(cell[both]))
    # The three together are one number: two habits have the same by chance once in 2^64.
    habit = _mixed(mine) ^ _mixed(_mixed(others) + np.uint64(1)) ^ _mixed(program + np.int64(2))
    found: NDArray[np.int32] = np.unique(habit, return_inverse=True)[1].astype(np.int32)[unit]
    return found, is_flooded[unit]


def _name_programs(program: Ints, mine: NDArray[np.uint64], units: Ints, rank: Ints) -> None:
    """Give events of floods that start no program that of the first equal one that does.

    ``program`` and ``mine`` are those of all units; ``units`` those of a flood's rows.
    """
    is_start = program[units] >= 0
    starts = units[is_start]
    starts = starts[np.lexsort((rank[is_start], mine[starts]))]
    first = starts[firsts_of(mine[starts])]
    if not len(first):
        return
    others = units[~is_start]
    place = np.minimum(np.searchsorted(mine[first], mine[others]), len(first) - 1)
    same = mine[first[place]] == mine[others]
    program[others[same]] = program[first[place[same]]]


def _are_full(exemplars: Exemplars, floods: Floods) -> NDArray[np.bool_]:
    """Say which exemplars are of cells that did not keep all of their events, floods aside."""
    cells = exemplars.rows.cells
    is_full = np.bincount(cells, minlength=len(floods.is_flooded)) >= EXEMPLARS
    found: NDArray[np.bool_] = (is_full & ~floods.is_flooded)[cells]
    return found


def _numbered(units: Ints) -> tuple[NDArray[np.int32], int]:
    """Return units as numbers without gaps, in their order, and how many there are."""
    is_one = np.zeros(int(units.max(initial=-1)) + 1, np.bool_)
    is_one[units] = True
    numbers = np.cumsum(is_one, dtype=np.int32) - np.int32(1)
    return numbers[units], int(np.count_nonzero(is_one))


def _others(beside: Rows, trees: Ints) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the sum of what speaks of each tree, zero for none, and for which something does."""
    is_first = firsts_of(beside >> 32)
    known = beside[is_first] >> 32
    of_trees = np.zeros(len(known) + 1, np.uint64)
    np.add.at(of_trees, np.cumsum(is_first) - 1, _mixed(beside & 0xFFFFFFFF))
    at = np.minimum(np.searchsorted(known, trees), max(len(known) - 1, 0))
    has = (trees >= 0) & (np.append(known, -1)[at] == trees)
    return np.where(has, of_trees[at], np.uint64(0)), has


def _beside(exemplars: Exemplars, trees: Rows, cells: Ints, is_full: NDArray[np.bool_]) -> Rows:
    """Return pairs of tree and cell: which cells speak of each tree.

    Cells that did not keep all of their events say nothing here: of trees that did the same again and
    again, all day long, they would know a few only, and tell those from the others. A flood does not come
    from many trees, and hides nothing that its own did beside.
    """
    rows = np.flatnonzero((trees >= 0) & ~exemplars.observed & ~is_full)
    return np.unique(packed(trees[rows], cells[rows]))


def _mixed(numbers: Ints | NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a random number for each number: the finisher of SplitMix64."""
    x = numbers.astype(np.uint64)
    x += np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x ^= x >> np.uint64(shift)
        x *= np.uint64(factor)
    x ^= x >> np.uint64(31)
    return x
