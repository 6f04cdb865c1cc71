"""From cells to acts: what several rules and several logs say of one event becomes one signal.

An *act* is one event, with its copies; the start of a process is one act whether Sysmon, the Security log
or both told of it. Acts of one habit (see :mod:`repetition`) are one signal with a count, cut where nothing
happened for an hour: a flood is one signal a day. An observation is one signal with all events that it cites.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.lists import Lists, firsts_of
from gamekeeper.incidents.repetition import habits
from gamekeeper.questions.searches import packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.exemplars import ExemplarRows, Exemplars
    from gamekeeper.incidents.floods import Floods
    from gamekeeper.questions.searches import Rows

#: Equal acts so far apart in time are two signals.
PAUSE: Final = 36_000_000_000


@dataclass(frozen=True, slots=True)
class Acts:
    """Signals to be, in order of the first event of each: time, then fingerprint.

    ``cells`` are those that speak of each, in order; ``exemplars`` the rows that stand for it, by time.
    ``observations`` are the numbers of those that are observations, -1 for matches.
    """

    cells: Lists
    exemplars: Lists
    observations: Rows

    def __len__(self) -> int:
        return len(self.observations)


def acts(exemplars: Exemplars, trees: Rows, programs: Rows, floods: Floods, matched: int) -> Acts:
    """Return all acts.

    ``trees`` are the trees of processes that exemplars belong to, ``programs`` those of which they are
    starts; -1 for none that is known. The first ``matched`` cells are of matches, the others of observations.
    """
    rank = _ranked(exemplars.rows)
    rows = np.flatnonzero(~exemplars.observed)
    habit, is_flooded = habits(exemplars, rows, trees, programs, floods, rank[rows])
    order = np.argsort(packed(habit, rank[rows]), kind="stable")
    ordered = rows[order].astype(np.int32)
    # A habit is cut where nothing happened for an hour: it has its times. A flood is one.
    is_new = firsts_of(habit[order])
    is_flooded = is_flooded[order]
    del habit, order
    times = np.maximum(exemplars.rows.filetimes[ordered], 0)
    is_new[1:] |= (np.diff(times) > PAUSE) & ~is_flooded[1:]
    del times
    mine = np.flatnonzero(exemplars.observed).astype(np.int32)
    mine = mine[np.argsort(packed(exemplars.rows.cells[mine], rank[mine]), kind="stable")]
    every = np.concatenate([ordered, mine])
    starts = np.flatnonzero(np.append(is_new, firsts_of(exemplars.rows.cells[mine])))
    # Of two acts that begin with one event, what an observation says comes behind.
    place = np.argsort(rank[every[starts]], kind="stable")
    del rank, ordered
    members = Lists.of(every, starts).taken(place)
    observations = np.where(exemplars.observed, exemplars.rows.cells - matched, -1)
    return Acts(
        _cells_of(members, exemplars), members, observations[members.firsts()].astype(np.int64)
    )


def _ranked(events: ExemplarRows) -> NDArray[np.int32]:
    """Return the place of each row in order of time, then fingerprint; of copies, in order of rows."""
    columns = (events.offsets, events.sources, events.lows, events.highs, events.filetimes)
    rank = np.empty(len(events), np.int32)
    rank[np.lexsort(columns)] = np.arange(len(events), dtype=np.int32)
    return rank


def _cells_of(members: Lists, exemplars: Exemplars) -> Lists:
    """Return the cells that speak of each act, in order."""
    pairs = np.unique(packed(members.owners(), exemplars.rows.cells[members.values]))
    return Lists.of((pairs & 0xFFFFFFFF).astype(np.int32), np.flatnonzero(firsts_of(pairs >> 32)))
