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
    turn = _next_within(cells, HOUR)
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
    stands = _stands(pours, _next_within(cells, size.apart))
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


def _next_within(cells: CellRows, pause: int) -> NDArray[np.bool_]:
    """Say of each cell but the last whether its group goes on the next day, after no longer a pause."""
    answer: NDArray[np.bool_] = (np.diff(cells.groups) == 0) & (np.diff(cells.days) == 1)
    answer &= cells.days[:-1] >= 0
    return answer & (cells.firsts[1:] - cells.lasts[:-1] <= pause)


def _stands(pours: NDArray[np.bool_], goes_on: NDArray[np.bool_]) -> Ints:
    """Return the cell that each counts with: one of a flood with the day before, else with the day behind."""
    stands = np.arange(len(pours), dtype=np.int32)
    for cell in np.flatnonzero(pours).tolist():  # each has hundreds of matches: there are few
        if cell and goes_on[cell - 1]:
            stands[cell] = stands[cell - 1]
        elif cell + 1 < len(pours) and goes_on[cell] and not pours[cell + 1]:
            stands[cell] = cell + 1
    return stands
