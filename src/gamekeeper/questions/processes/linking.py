"""Which process started which: arrays in, the row of each process's parent out.

A process is linked by Sysmon's ProcessGuid where its event names the parent's and the parent is there. Else
by number and time: the parent is the latest process with that number on that host that started before the
child, in the same boot, and had not ended. Numbers are used again within minutes, so a candidate is refused
where it is known to be another program than the one that the child's event names, or to have another
ProcessGuid.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gamekeeper.questions.searches import Ints, Rows, coded, first_equal, latest, packed

#: Stands for a moment that is not known; later than all that are.
NEVER: Final = np.iinfo(np.int64).max
#: Two logs stamp one moment differently, and round it: a parent may have "ended" so long before its child.
ENDED_SLACK: Final = 10_000_000  # 100 ns


class By(IntEnum):
    """What a link rests on."""

    NOTHING = 0
    GUID = 1
    PID = 2


@dataclass(frozen=True, slots=True)
class Starts:
    """Processes, one a row, in the order in which their events were written where times are equal.

    All arrays are of one length. ``times`` are FILETIMEs, the rest codes or numbers from 0 to 2^31 - 1; -1
    stands for what is not known. ``images`` and ``parent_images`` share their codes.
    """

    hosts: Ints
    pids: Ints
    parent_pids: Ints
    times: Ints
    guids: Ints
    parent_guids: Ints
    images: Ints
    parent_images: Ints

    def __len__(self) -> int:
        return len(self.hosts)


@dataclass(frozen=True, slots=True)
class Ends:
    """Ends of processes, one a row, written as in :class:`Starts`."""

    hosts: Ints
    pids: Ints
    times: Ints
    guids: Ints
    images: Ints


@dataclass(frozen=True, slots=True)
class Boots:
    """Moments before which nothing on a host that runs after them was started, in no order."""

    hosts: Ints
    times: Ints


@dataclass(frozen=True, slots=True)
class Links:
    """``parents`` are rows or -1, ``by`` says what each link rests on, ``ends`` are FILETIMEs or NEVER.

    Following parents always ends: of a circle, which only forged events give, the link of the earliest row is
    left out.
    """

    parents: Rows
    by: NDArray[np.int8]
    ends: Rows


@dataclass(frozen=True, slots=True)
class _Order:
    """Processes in the order of their starts, and the life of the host that each belongs to."""

    places: Rows  # of each row; rows without a time have none: -1
    times: Rows  # ascending
    lives: Rows  # of each row
    boots: Boots

    def place_of(self, times: Ints) -> Rows:
        """Return the place behind all that started at or before these moments."""
        return np.searchsorted(self.times, times, side="right").astype(np.int64)


def link(starts: Starts, ends: Ends, boots: Boots) -> Links:
    """Return the parents and the ends of processes.

    Takes n log n time and some 200 bytes a row; nothing is looked at row by row.
    """
    order = _ordered(starts, boots)
    ended = _ends(starts, ends, order)
    parents = _by_guid(starts.hosts, starts.guids, starts.hosts, starts.parent_guids)
    parents[parents == np.arange(len(starts))] = -1
    by = np.where(parents >= 0, By.GUID, By.NOTHING).astype(np.int8)
    lost = np.flatnonzero(parents < 0)
    found = _by_pid(starts, ended, order, lost)
    parents[lost] = found
    by[lost[found >= 0]] = By.PID
    for row in _closing(parents, order.places):
        parents[row], by[row] = -1, By.NOTHING
    return Links(parents, by, ended)


def _ordered(starts: Starts, boots: Boots) -> _Order:
    has_time = starts.times >= 0
    rows = np.flatnonzero(has_time)
    rows = rows[np.argsort(starts.times[rows], kind="stable")]
    places = np.full(len(starts), -1, np.int64)
    places[rows] = np.arange(len(rows))
    lives = lives_of(starts.hosts, starts.times, boots)
    return _Order(places, starts.times[rows].astype(np.int64), lives, boots)


def lives_of(hosts: Ints, times: Ints, boots: Boots) -> Rows:
    """Return a number for the time between two boots that each moment on a host is in."""
    boot = latest(boots.hosts, boots.times, hosts, times)
    return np.where(boot >= 0, boot, len(boots.hosts) + hosts.astype(np.int64))


def _by_guid(hosts: Ints, guids: Ints, asked_hosts: Ints, asked: Ints) -> Rows:
    rows = np.flatnonzero(guids >= 0)
    wanted = np.flatnonzero(asked >= 0)
    at = first_equal(packed(hosts[rows], guids[rows]), packed(asked_hosts[wanted], asked[wanted]))
    found = np.full(len(asked), -1, np.int64)
    found[wanted[at >= 0]] = rows[at[at >= 0]]
    return found


def _latest_of_pid(starts: Starts, order: _Order, asked: tuple[Ints, Ints, Ints]) -> Rows:
    """Return the latest process of a number in a life that started before a place."""
    lives, pids, places = asked
    rows = np.flatnonzero((starts.pids >= 0) & (order.places >= 0))
    wanted = np.flatnonzero((pids >= 0) & (places >= 0))
    at = latest(
        packed(order.lives[rows], starts.pids[rows]),
        order.places[rows],
        packed(lives[wanted], pids[wanted]),
        places[wanted] - 1,
    )
    found = np.full(len(pids), -1, np.int64)
    found[wanted[at >= 0]] = rows[at[at >= 0]]
    return found


def _differ(codes: Ints, others: Ints) -> NDArray[np.bool_]:
    """Say where two things are both known and not the same."""
    answer: NDArray[np.bool_] = (codes >= 0) & (others >= 0) & (codes != others)
    return answer


def _by_pid(starts: Starts, ended: Rows, order: _Order, rows: Rows) -> Rows:
    """Return the parents of some rows by number and time."""
    asked = (order.lives[rows], starts.parent_pids[rows], order.places[rows])
    found = _latest_of_pid(starts, order, asked)
    at = np.flatnonzero(found >= 0)
    parent, child = found[at], rows[at]
    # A child that names a ProcessGuid means that very process: one with another is not its parent.
    refused = (starts.parent_guids[child] >= 0) & (starts.guids[parent] >= 0)
    refused |= _differ(starts.images[parent], starts.parent_images[child])
    refused |= ended[parent] < starts.times[child] - ENDED_SLACK
    found[at[refused]] = -1
    return found


def _ends(starts: Starts, ends: Ends, order: _Order) -> Rows:
    """Return when each process ended: of several ends that could be meant, the first."""
    rows = _by_guid(starts.hosts, starts.guids, ends.hosts, ends.guids)
    lost = np.flatnonzero((rows < 0) & (ends.times >= 0))
    asked = (
        lives_of(ends.hosts[lost], ends.times[lost], order.boots),
        ends.pids[lost],
        order.place_of(ends.times[lost]),
    )
    found = _latest_of_pid(starts, order, asked)
    at = np.flatnonzero(found >= 0)
    refused = (ends.guids[lost[at]] >= 0) & (starts.guids[found[at]] >= 0)
    refused |= _differ(starts.images[found[at]], ends.images[lost[at]])
    found[at[refused]] = -1
    rows[lost] = found
    ended = np.full(len(starts), NEVER, np.int64)
    meant = np.flatnonzero((rows >= 0) & (ends.times >= 0))
    np.minimum.at(ended, rows[meant], ends.times[meant])
    return ended


def _closing(parents: Rows, places: Rows) -> list[int]:
    """Return the rows whose links close circles: the earliest of each circle.

    Links by number lead to earlier places, so that a circle needs a link by ProcessGuid that leads to none.
    """
    has = parents >= 0
    if not np.any(has & (places[parents] >= places)):
        return []
    above = np.append(np.where(has, parents, len(parents)), len(parents))
    for _ in range(len(parents).bit_length() + 1):
        above = above[above]
    left = set(np.flatnonzero(above[:-1] != len(parents)).tolist())
    found = []
    while left:  # few: rows of circles and below them
        path: dict[int, None] = {}
        row = next(iter(left))
        while row in left and row not in path:
            path[row] = None
            row = int(parents[row])
        left -= path.keys()
        if row in path:
            walked = list(path)
            found.append(min(walked[walked.index(row) :]))
    return sorted(found)


def with_unknown_parents(starts: Starts, links: Links, boots: Boots) -> tuple[Rows, Rows]:
    """Return parents in which processes that are only named by their children have rows of their own.

    Behind the rows of ``starts`` comes one for each parent that is not there; the second array gives, for
    each of those, the first row that names it.
    """
    named = (starts.parent_guids >= 0) | (starts.parent_pids >= 0)
    rows = np.flatnonzero((links.parents < 0) & named)
    has_guid = starts.parent_guids[rows] >= 0
    lives = lives_of(starts.hosts[rows], starts.times[rows], boots)
    keys = (
        starts.hosts[rows],
        starts.parent_guids[rows],
        np.where(has_guid, -1, starts.parent_pids[rows]),
        np.where(has_guid, -1, starts.parent_images[rows]),
        np.where(has_guid, -1, lives),
    )
    code = coded(*keys)
    first = np.unique(code, return_index=True)[1]
    parents = np.append(links.parents, np.full(len(first), -1, np.int64))
    parents[rows] = len(starts) + code
    return parents, rows[first]
