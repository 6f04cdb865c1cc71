"""Cells: the matches of one finding on one day, with a few events that stand for all of them.

A flood of equal matches is one cell with a count, so that what follows takes time by what differs, not by
what was logged. Days are those of UTC. The events that are kept are the first of the day and, where the
flood goes on, no others: copies of one event count once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from sys import intern
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents import columns
from gamekeeper.incidents.tokens import NOTHING, Tokens, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.grouping import Group
    from gamekeeper.model.observations import Observation

#: Events of a cell that are kept.
EXEMPLARS: Final = 8
#: Texts of matches whose names are remembered.
_REMEMBERED: Final = 32_768
_KEPT: Final = ["source", "offset", "fingerprint", "filetime", "why", "fields"]
_LATEST: Final = np.iinfo(np.int64).max
DAY: Final = 864_000_000_000
HOUR: Final = 36_000_000_000


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One event of a cell; ``fingerprint`` tells copies of one event.

    ``why``: the predicates that were true, or what the event is to an observation.
    """

    source: int
    offset: int
    fingerprint: bytes
    filetime: int | None
    why: str
    tokens: Tokens = NOTHING


@dataclass(slots=True)
class Cell:
    """One finding on one day. ``group`` is the number of the finding's group; ``day`` -1: no time known.

    With an ``observation`` it is that, and no finding: one signal, whatever events it cites.
    """

    group: int
    day: int
    count: int = 0
    hours: int = 0
    first: int | None = None
    last: int | None = None
    exemplars: list[Exemplar] = field(default_factory=list)
    observation: Observation | None = None


class _Names:
    """What the values of matches name, read once for equal values: a flood says the same again and again."""

    def __init__(self) -> None:
        self._known: dict[str, Tokens] = {}

    def of(self, fields: str) -> Tokens:
        """Return what a match's ``fields`` name."""
        found = self._known.get(fields)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = tokens_of(fields)
            found = self._known[fields] = NOTHING if found == NOTHING else found
        return found


class Cells:
    """Grows by batches of matches in order of time."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], Cell] = {}
        self._names = _Names()
        self.groups: Sequence[Group] = ()

    def add(self, batch: pa.RecordBatch, numbers: NDArray[np.int64]) -> None:
        """Take a batch whose rows belong to the groups of these numbers."""
        if not len(numbers):
            return
        times = columns.times(batch["filetime"])
        days = np.where(times >= 0, times // DAY, -1)
        order = np.lexsort((np.arange(len(numbers)), days, numbers))
        is_new = np.ones(len(order), bool)
        is_new[1:] = (np.diff(numbers[order]) != 0) | (np.diff(days[order]) != 0)
        starts = np.flatnonzero(is_new)
        counts = np.diff(starts, append=len(order)).tolist()
        seen = _seen(times[order], is_new, starts)
        wanted: list[tuple[Cell, NDArray[np.int64]]] = []
        # Cells are fewer than matches; of a cell's rows only the first few are looked at.
        for at, start in enumerate(starts.tolist()):
            row = order[start]
            key = (int(numbers[row]), int(days[row]))
            cell = self._cells.get(key)
            if cell is None:
                cell = self._cells[key] = Cell(*key)
            cell.count += counts[at]
            _see(cell, seen[at])
            if len(cell.exemplars) < EXEMPLARS:
                wanted.append((cell, order[start : start + min(counts[at], 4 * EXEMPLARS)]))
        if wanted:
            self._keep(batch, wanted)

    def _keep(
        self, batch: pa.RecordBatch, wanted: Sequence[tuple[Cell, NDArray[np.int64]]]
    ) -> None:
        """Keep the first events of cells, each with the rows of the batch that it may have them from."""
        rows = np.concatenate([rows for _, rows in wanted])
        taken = batch.select(_KEPT).take(pa.array(rows))
        # One column at a time: asking Arrow for one value costs more than all else that is done with it.
        told = zip(*(taken.column(name).to_pylist() for name in _KEPT), strict=True)
        for cell, mine in wanted:
            known = {one.fingerprint for one in cell.exemplars}
            for source, offset, fingerprint, filetime, why, fields in islice(told, len(mine)):
                if fingerprint in known or len(known) >= EXEMPLARS:
                    continue
                known.add(fingerprint)
                names = self._names.of(fields)
                cell.exemplars.append(
                    Exemplar(source, offset, fingerprint, filetime, intern(why), names)
                )

    def found(self) -> list[Cell]:
        """Return the cells, in the order of groups and days."""
        return [self._cells[key] for key in sorted(self._cells)]


def _seen(
    times: NDArray[np.int64], is_new: NDArray[np.bool_], starts: NDArray[np.int64]
) -> list[tuple[int, int, int]]:
    """Return the first and last time of each cell's rows, and in how many hours they are; -1 for no time.

    Within a cell rows are in order of time.
    """
    known = times >= 0
    first = np.minimum.reduceat(np.where(known, times, _LATEST), starts)
    last = np.maximum.reduceat(np.where(known, times, -1), starts)
    hours = times // HOUR
    begins = is_new & known
    begins[1:] |= known[1:] & (hours[1:] != hours[:-1])
    count = np.add.reduceat(begins.astype(np.int64), starts)
    return list(zip(first.tolist(), last.tolist(), count.tolist(), strict=True))


def _see(cell: Cell, seen: tuple[int, int, int]) -> None:
    first, last, hours = seen
    if last < 0:
        return
    # The hour in which the batch before ended counted there.
    cell.hours += hours - (cell.last is not None and first // HOUR == cell.last // HOUR)
    cell.first = first if cell.first is None else min(cell.first, first)
    cell.last = last if cell.last is None else max(cell.last, last)
