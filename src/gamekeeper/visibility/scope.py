"""The scope of all questions: which hosts, which days, and when each host spoke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.gathering.presence import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

    Hours = NDArray[np.int64]

#: Days that are counted one by one; beyond, only days on which some log speaks.
MOST_DAYS: Final = 3_660
#: A silence is no surprise where a log that speaks as seldom as this one would show it this often.
SURPRISE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Scope:
    """Hosts by short name, days by FILETIME of their start; cells are hosts by days.

    ``needed_from`` and ``needed_to``: the hours of a day (hour number) in which the host spoke at all, the
    whole day where it was silent: what a log must hold to cover the day.
    """

    hosts: tuple[str, ...]
    days: NDArray[np.int64]
    needed_from: Hours
    needed_to: Hours
    first: tuple[int | None, ...]  # FILETIME of the first event of each host
    last: tuple[int | None, ...]
    left_out: int = 0  # days between that are not counted one by one

    @property
    def shape(self) -> tuple[int, int]:
        """Hosts and days."""
        return len(self.hosts), len(self.days)

    def own_days(self) -> NDArray[np.bool_]:
        """Return the cells from the first event of each host to its last."""
        first, last = (
            np.array([-DAY if time is None else time for time in edge], np.int64)[:, None]
            for edge in (self.first, self.last)
        )
        days = self.days[None, :]
        mask: NDArray[np.bool_] = (days >= first // DAY * DAY) & (days <= last)
        return mask

    def host_rows(self, names: Iterable[str]) -> NDArray[np.int64]:
        """Return the row of each name, -1 for one out of scope."""
        rows = {host: row for row, host in enumerate(self.hosts)}
        return np.array([rows.get(name, -1) for name in names], np.int64)

    def day_columns(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the column of each moment, -1 for one out of scope."""
        if not len(self.days):
            return np.full(len(times), -1, np.int64)
        day = times // DAY * DAY
        at = np.minimum(np.searchsorted(self.days, day), len(self.days) - 1)
        return np.where(self.days[at] == day, at, -1)


def scope_of(
    facts: Facts,
    more_hosts: Iterable[str] = (),
    period: tuple[int | None, int | None] = (None, None),
) -> Scope:
    """Return the scope: all hosts of the logs and of ``more_hosts``, from the first day to the last.

    ``period``: FILETIME of the first moment that is asked about and of the first that is not.
    """
    hours = facts.table("hours")
    named = hours["host"].combine_chunks().dictionary_encode()
    spoken = named.dictionary.to_pylist()
    hosts = tuple(sorted({*spoken, *more_hosts} - {""}))
    rows = {host: row for row, host in enumerate(hosts)}
    lookup = np.array([*(rows.get(host, -1) for host in spoken), -1], np.int64)
    host = lookup[named.indices.to_numpy(zero_copy_only=False)]
    start, stop = period
    known = (host >= 0) & (hours["last"].to_numpy() >= (start or 0))
    if stop is not None:
        known &= hours["first"].to_numpy() < stop
    host, hour = host[known], hours["hour"].to_numpy()[known] // HOUR
    first, last = (hours[name].to_numpy()[known] for name in ("first", "last"))
    days, left_out = _days(hour)
    shape = (len(hosts), len(days))
    needed_from = np.full(shape, np.iinfo(np.int64).max)
    needed_to = np.full(shape, -1)
    if len(hour):
        column = np.searchsorted(days, hour * HOUR // DAY * DAY)
        np.minimum.at(needed_from, (host, column), hour)
        np.maximum.at(needed_to, (host, column), hour)
    silent = needed_to < 0
    starts = np.broadcast_to(days // HOUR, shape)
    return Scope(
        hosts,
        days,
        np.where(silent, starts, needed_from),
        np.where(silent, starts + 23, needed_to),
        _edges(host, first, len(hosts), np.minimum, np.iinfo(np.int64).max),
        _edges(host, last, len(hosts), np.maximum, -1),
        left_out,
    )


def _days(hour: Hours) -> tuple[NDArray[np.int64], int]:
    spoken = np.unique(hour * HOUR // DAY)
    if not len(spoken):
        return np.zeros(0, np.int64), 0
    span = int(spoken[-1] - spoken[0]) + 1
    if span <= MOST_DAYS:
        return np.arange(spoken[0], spoken[-1] + 1, dtype=np.int64) * DAY, 0
    return spoken * DAY, span - len(spoken)


def _edges(
    host: Hours, times: Hours, hosts: int, choose: np.ufunc, nothing: int
) -> tuple[int | None, ...]:
    found = np.full(hosts, nothing, np.int64)
    choose.at(found, host, times)
    return tuple(None if time == nothing else time for time in found.tolist())


def reach(
    host: NDArray[np.int64], slot: NDArray[np.int64], hosts: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last slot (hour or day) that a log covers on each host; last < first: none.

    It covers from its first event to its last, and beyond them a silence that would be no surprise in a log
    that speaks in as few slots as this one.
    """
    first = np.full(hosts, np.iinfo(np.int64).max)
    last = np.full(hosts, -1)
    np.minimum.at(first, host, slot)
    np.maximum.at(last, host, slot)
    pairs = np.unique(np.stack([host, slot]), axis=1) if len(host) else np.zeros((2, 0), np.int64)
    spoken = np.bincount(pairs[0], minlength=hosts)
    is_there = spoken > 0
    length = np.where(is_there, last - first + 1, 1)
    share = (spoken + 1) / (length + 2)
    quiet = np.floor(np.log(SURPRISE) / np.log1p(-np.minimum(share, 1 - 1e-9))).astype(np.int64)
    return (
        np.where(is_there, first - quiet, 0),
        np.where(is_there, last + quiet, -1),
    )
