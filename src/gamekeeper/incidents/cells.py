"""Cells: the matches of one finding on one day, with a few events that stand for all of them.

A flood of equal matches is one cell with a count, so that what follows takes time by what differs, not by
what was logged. Days are those of UTC. The events that are kept are the first of the day and, where the
flood goes on, no others: copies of one event count once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents import columns
from gamekeeper.incidents.tokens import NOTHING, Tokens, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.incidents.grouping import Group
    from gamekeeper.model.observations import Observation

#: Events of a cell that are kept.
EXEMPLARS: Final = 8
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
    _latest_hour: int = -1

    def add_hours(self, hours: NDArray[np.int64]) -> None:
        """Count hours that come in order, those of the batch before included once."""
        new = hours[hours > self._latest_hour]
        self.hours += len(new)
        if len(new):
            self._latest_hour = int(new[-1])


class Cells:
    """Grows by batches of matches in order of time."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], Cell] = {}
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
        stops = np.append(starts[1:], len(order))
        # Cells are fewer than matches; of a cell's rows only the first few are looked at.
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            rows = order[start:stop]
            key = (int(numbers[rows[0]]), int(days[rows[0]]))
            cell = self._cells.setdefault(key, Cell(*key))
            cell.count += len(rows)
            _see(cell, times[rows])
            if len(cell.exemplars) < EXEMPLARS:
                _keep(cell, batch, rows)

    def found(self) -> list[Cell]:
        """Return the cells, in the order of groups and days."""
        return [self._cells[key] for key in sorted(self._cells)]


def _see(cell: Cell, times: NDArray[np.int64]) -> None:
    known = times[times >= 0]
    if not len(known):
        return
    cell.add_hours(np.unique(known // HOUR))
    first, last = int(known.min()), int(known.max())
    cell.first = first if cell.first is None else min(cell.first, first)
    cell.last = last if cell.last is None else max(cell.last, last)


def _keep(cell: Cell, batch: pa.RecordBatch, rows: NDArray[np.int64]) -> None:
    known = {one.fingerprint for one in cell.exemplars}
    for row in rows[: 4 * EXEMPLARS].tolist():
        fingerprint = batch["fingerprint"][row].as_py()
        if fingerprint in known:
            continue
        known.add(fingerprint)
        cell.exemplars.append(
            Exemplar(
                batch["source"][row].as_py(),
                batch["offset"][row].as_py(),
                fingerprint,
                batch["filetime"][row].as_py(),
                batch["why"][row].as_py(),
                tokens_of(batch["fields"][row].as_py()),
            )
        )
        if len(cell.exemplars) >= EXEMPLARS:
            return
