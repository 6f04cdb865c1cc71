"""Floods: equal matches that pour in by the thousand are one outburst, not a habit.

Commonness counts days and hours in which something is seen. Without this, whoever repeats his own act fast
enough would make it common, and his incident light. So a cell of many matches at a pace of no habit counts
as one hour, and with the day before or behind where the same was seen there. What pours in on more days
than an outburst lasts is a habit after all and counts as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.cells import HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.cells import CellRows
    from gamekeeper.incidents.parameters import FloodSize, Parameters
    from gamekeeper.questions.searches import Ints


@dataclass(frozen=True, slots=True)
class Floods:
    """What of some cells is a flood, by cell.

    ``stands``: the cell that each counts with, mostly itself; ``pours``: cells of floods, without what only
    stands for one; ``is_flooded``: both. ``days`` and ``hours`` are those that commonness counts.
    """

    stands: Ints
    pours: NDArray[np.bool_]
    is_flooded: NDArray[np.bool_]
    days: Ints
    hours: Ints

    def cells(self, cells: Ints) -> Ints:
        """Return for some cells those that they count with."""
        if not self.is_flooded.any():
            return cells  # a copy of millions of rows is worth the question
        found: Ints = self.stands.astype(cells.dtype)[cells]
        return found


def floods(cells: CellRows, parameters: Parameters) -> Floods:
    """Return the floods among cells, which stand in the order of their groups and days."""
    size = parameters.flood
    days, hours = cells.days, np.maximum(cells.hours, 1)
    core = _pours(cells.counts, hours, size)
    turn = _at_turns(cells)
    pair = _pours(cells.counts[:-1] + cells.counts[1:], hours[:-1] + hours[1:], size)
    pair &= turn & ~core[:-1] & ~core[1:]
    core[:-1] |= pair
    core[1:] |= pair
    core &= (
        np.bincount(cells.groups[core], minlength=1 + int(cells.groups.max(initial=0)))[
            cells.groups
        ]
        <= size.days
    )
    pours = core.copy()
    # The rest behind midnight, or the beginning before it: few matches, at the same pace but for one hour.
    rest = cells.counts > size.per_hour * (hours - 1)
    pours[1:] |= core[:-1] & turn & rest[1:]
    pours[:-1] |= core[1:] & turn & rest[:-1]
    stands = _stands(cells, pours)
    moved = stands != np.arange(len(cells))
    is_flooded = pours.copy()
    is_flooded[stands[moved]] = True
    # Of other cells the hour at which they touch a flood is the flood's.
    hours[1:] -= pours[:-1] & turn
    hours[:-1] -= pours[1:] & turn
    hours = np.where(pours, 1, np.maximum(hours, 1))
    return Floods(stands, pours, is_flooded, days[stands], np.where(moved, 0, hours))


def _pours(counts: Ints, hours: Ints, size: FloodSize) -> NDArray[np.bool_]:
    answer: NDArray[np.bool_] = (counts >= size.matches) & (counts > size.per_hour * hours)
    return answer


def _is_next(cells: CellRows) -> NDArray[np.bool_]:
    """Say of each cell but the last whether the one behind it is of the same group on the next day."""
    answer: NDArray[np.bool_] = (np.diff(cells.groups) == 0) & (np.diff(cells.days) == 1)
    return answer & (cells.days[:-1] >= 0)


def _at_turns(cells: CellRows) -> NDArray[np.bool_]:
    """Say of each cell but the last whether it goes on over midnight into the one behind it."""
    answer: NDArray[np.bool_] = cells.firsts[1:] - cells.lasts[:-1] <= HOUR
    return answer & _is_next(cells)


def _stands(cells: CellRows, pours: NDArray[np.bool_]) -> Ints:
    """Return the cell that each counts with: one of a flood with the day before, else with the day behind."""
    stands, is_next = np.arange(len(cells), dtype=np.int32), _is_next(cells)
    for cell in np.flatnonzero(pours).tolist():  # each has hundreds of matches: there are few
        if cell and is_next[cell - 1]:
            stands[cell] = stands[cell - 1]
        elif cell + 1 < len(cells) and is_next[cell] and not pours[cell + 1]:
            stands[cell] = cell + 1
    return stands
