"""Cells: the matches of one finding on one day, with a few events that stand for all of them.

A flood of equal matches is one cell with a count, so that what follows takes time by what differs, not by
what was logged. Days are those of UTC. The events that are kept are the first of the day and, where the
flood goes on, no others but those that an observation cites: what a chain rests on is known to be
spoken of by rules, too, however late in a flood it came. What a flood hides is looked for later (see
:mod:`hidden`). Copies of one event count once.

Everything is columns: years of logs have millions of such events, and an object each is what memory would
hold otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents import columns
from gamekeeper.incidents.exemplars import ExemplarRows, halves_of
from gamekeeper.incidents.growing import Growing
from gamekeeper.incidents.started import event_keys
from gamekeeper.incidents.token_codes import TokenCodes
from gamekeeper.questions.searches import within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.grouping import Group, Grouper
    from gamekeeper.model.results import MatchStore
    from gamekeeper.questions.searches import Ints, Rows

#: Events of a cell that are kept.
EXEMPLARS: Final = 8
#: Rows of a cell in one batch among which they are looked for: copies of one event may stand there.
_LOOKED_AT: Final = 4 * EXEMPLARS
_KEPT: Final = ["source", "offset", "fields", "filetime"]
_LATEST: Final = np.iinfo(np.int64).max
_NO_DAY: Final = np.iinfo(np.int64).min
_ODD: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
DAY: Final = 864_000_000_000
HOUR: Final = 36_000_000_000


@dataclass(frozen=True, slots=True)
class CellRows:
    """One finding on one day each. ``groups`` are numbers of findings' groups; ``days`` -1: no time known.

    ``firsts`` and ``lasts`` are FILETIMEs, -1 where no time is known; ``hours`` are those of the day in which
    something was seen.
    """

    groups: Ints
    days: Ints
    counts: Ints
    hours: Ints
    firsts: Ints
    lasts: Ints

    def __len__(self) -> int:
        return len(self.groups)

    def with_rows(self, other: CellRows) -> CellRows:
        """Return these and others behind them."""
        names = ("groups", "days", "counts", "hours", "firsts", "lasts")
        return CellRows(*(np.append(getattr(self, name), getattr(other, name)) for name in names))


class Cells:
    """Grows by batches of matches in order of time.

    ``cited``: keys of events that are kept in any case, in order. ``matches``: where the batches come from,
    to look into floods later.
    """

    def __init__(self, cited: Rows | None = None, matches: MatchStore | None = None) -> None:
        self.matches = matches
        self._cited = np.empty(0, np.int64) if cited is None else cited
        self._cells, self._events = _no_cells(), no_events()
        self._latest = Growing(cell=np.int64, day=np.int64)  # of each group: its last cell
        self._met = np.empty(0, np.uint64)  # marks of events kept on the day that goes on, sorted
        self._today = _NO_DAY
        self._names = TokenCodes()
        self.grouper: Grouper | None = None  # by which groups are numbered

    @property
    def groups(self) -> Sequence[Group]:
        """The groups that cells point into."""
        return self.grouper.groups if self.grouper else ()

    def add(self, batch: pa.RecordBatch, numbers: NDArray[np.int64]) -> None:
        """Take a batch whose rows belong to the groups of these numbers."""
        if not len(numbers):
            return
        times = columns.times(batch["filetime"])
        days = np.where(times >= 0, times // DAY, -1)
        order = np.lexsort((days, numbers))  # rows of equal group and day keep their order
        is_new = np.ones(len(order), bool)
        is_new[1:] = (np.diff(numbers[order]) != 0) | (np.diff(days[order]) != 0)
        starts = np.flatnonzero(is_new)
        counts = np.diff(starts, append=len(order))
        cells = self._cells_of(numbers[order[starts]], days[order[starts]])
        self._cells["count"][cells] += counts
        self._see(cells, _seen(times[order], is_new, starts))
        room = np.flatnonzero(self._cells["kept"][cells] < EXEMPLARS)
        looked_at = np.minimum(counts[room], _LOOKED_AT)
        is_cited = within(
            event_keys(batch["source"].to_numpy(), batch["offset"].to_numpy()), self._cited
        )
        places = np.union1d(_ranges(starts[room], looked_at), np.flatnonzero(is_cited[order]))
        rows = order[places]
        self._keep(batch, rows, np.repeat(cells, counts)[places], is_cited[rows], int(days[-1]))

    def _cells_of(self, groups: Rows, days: Rows) -> Rows:
        """Return the cell of each run of rows of one group and day; those of a group are in order of days."""
        self._latest.extend(max(0, int(groups.max()) + 1 - len(self._latest)))
        latest = self._latest
        # A group without a cell has none of that day, whatever stands there.
        known = latest["cell"][groups] - 1
        goes_on = (known >= 0) & (latest["day"][groups] == days)
        begins = np.flatnonzero(~goes_on)
        cells = np.where(goes_on, known, 0)
        cells[begins] = len(self._cells) + np.arange(len(begins))
        none = np.full(len(begins), -1, np.int64)
        self._cells.add(group=groups[begins], day=days[begins], first=none, last=none)
        latest["cell"][groups] = cells + 1
        latest["day"][groups] = days
        return cells

    def _see(self, cells: Rows, seen: tuple[Rows, Rows, Rows]) -> None:
        first, last, hours = seen
        has = np.flatnonzero(last >= 0)
        cells, first, last, hours = cells[has], first[has], last[has], hours[has]
        of = self._cells
        before, until = of["first"][cells], of["last"][cells]
        # The hour in which the batch before ended counted there.
        of["hours"][cells] += hours - ((until >= 0) & (first // HOUR == until // HOUR))
        of["first"][cells] = np.where(before < 0, first, np.minimum(before, first))
        of["last"][cells] = np.maximum(until, last)

    def _keep(
        self,
        batch: pa.RecordBatch,
        rows: Rows,
        cells: Rows,
        is_cited: NDArray[np.bool_],
        today: int,
    ) -> None:
        """Keep the first events of cells, and what is cited; rows stand in the order of cells."""
        halves = halves_of(batch["fingerprint"].take(pa.array(rows)))
        marks = _marks(halves, cells)
        is_met = within(marks, self._met)
        first = np.zeros(len(rows), bool)
        first[np.unique(marks, return_index=True)[1]] = True
        chosen = np.flatnonzero(first & ~is_met)
        places = cells[chosen]
        begins = np.append(0, np.flatnonzero(np.diff(places)) + 1)[: len(places)]
        nth = np.arange(len(places)) - np.repeat(begins, np.diff(begins, append=len(places)))
        is_first = nth + self._cells["kept"][places] < EXEMPLARS
        fits = is_first | is_cited[chosen]
        np.add.at(self._cells["kept"], places[is_first], 1)
        chosen, places = chosen[fits], places[fits]
        shown = event_columns(batch, rows[chosen], halves[chosen], self._names)
        self._events.add(cell=places, **shown)
        self._meet(marks[chosen], places, today)

    def _meet(self, marks: NDArray[np.uint64], cells: Rows, today: int) -> None:
        """Remember what was kept on the day that goes on: no other day comes again."""
        fresh = marks[self._cells["day"][cells] == today]
        before = self._met if today == self._today else self._met[:0]
        self._met, self._today = np.sort(np.concatenate([before, fresh])), today

    def found(self) -> tuple[CellRows, ExemplarRows]:
        """Return the cells, in the order of groups and days, and the events that stand for them.

        What was gathered is used up: twice is more than memory should hold.
        """
        of, self._cells = self._cells, _no_cells()
        events, self._events = self._events, no_events()
        named, self._names = self._names, TokenCodes()
        order = np.lexsort((of["day"], of["group"]))
        names = ("group", "day", "count", "hours", "first", "last")
        cells = CellRows(*(of[name][order] for name in names))
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order))
        places = rank[events["cell"]]
        rows = np.argsort(places, kind="stable")
        return cells, exemplar_rows(events, places, rows, named)


def exemplar_rows(events: Growing, cells: Rows, order: Rows, codes: TokenCodes) -> ExemplarRows:
    """Return events in an order; ``cells`` are those that they stand for, as they were gathered."""
    return ExemplarRows(
        cells=cells[order],
        sources=events["source"][order],
        offsets=events["offset"][order],
        filetimes=events["filetime"][order],
        highs=events["high"][order],
        lows=events["low"][order],
        tokens=events["tokens"][order],
        names=codes.names(),
    )


def event_columns(
    batch: pa.RecordBatch, rows: Rows, halves: NDArray[np.uint64], codes: TokenCodes
) -> dict[str, Ints]:
    """Return what is kept of some matches of a batch, whose fingerprints' halves are given."""
    taken = batch.select(_KEPT).take(pa.array(rows))
    return {
        "source": taken["source"].to_numpy(),
        "offset": taken["offset"].to_numpy(),
        "filetime": np.maximum(columns.times(taken["filetime"]), -1),
        "high": halves[:, 0],
        "low": halves[:, 1],
        "tokens": codes.of(taken["fields"]),
    }


def _no_cells() -> Growing:
    return Growing(
        group=np.int32, day=np.int32, count=np.int64, hours=np.int32, first=np.int64,
        last=np.int64, kept=np.int8,
    )  # fmt: skip


def no_events() -> Growing:
    """Return what gathers events, with none in it."""
    return Growing(
        cell=np.int32, source=np.int32, offset=np.int64, filetime=np.int64, high=np.uint64,
        low=np.uint64, tokens=np.int32,
    )  # fmt: skip


def _ranges(starts: Rows, counts: Rows) -> Rows:
    """Return the numbers from each start on, so many of each.

    >>> _ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    behind = np.arange(int(ends[-1]) if len(ends) else 0)
    ranges: Rows = behind + np.repeat(starts - (ends - counts), counts)
    return ranges


def _marks(halves: NDArray[np.uint64], cells: Rows) -> NDArray[np.uint64]:
    """Return 64 bits that stand for an event and its cell: two have the same by chance once in 2^64."""
    marks = (halves[:, 0] ^ (halves[:, 1] * _ODD[0])) + cells.astype(np.uint64) * _ODD[1]
    mixed: NDArray[np.uint64] = (marks ^ (marks >> np.uint64(32))) * _ODD[0]
    return mixed


def _seen(
    times: NDArray[np.int64], is_new: NDArray[np.bool_], starts: NDArray[np.int64]
) -> tuple[Rows, Rows, Rows]:
    """Return the first and last time of each cell's rows, and in how many hours they are; -1 for no time.

    Within a cell rows are in order of time.
    """
    known = times >= 0
    first = np.minimum.reduceat(np.where(known, times, _LATEST), starts)
    last = np.maximum.reduceat(np.where(known, times, -1), starts)
    hours = times // HOUR
    begins = is_new & known
    begins[1:] |= known[1:] & (hours[1:] != hours[:-1])
    return first, last, np.add.reduceat(begins.astype(np.int64), starts)
