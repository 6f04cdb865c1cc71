"""A log that goes on, but with a fraction of its events.

Sees: days on which a channel holds less than a tenth of what it held on its other days of that kind (working
days, days off), two in a row and more, while the host's other channels hold half and more of theirs, in logs
of two weeks and longer. Filters, audit policies and subscriptions that were cut look like this.

What else explains it: holidays (the other channels fall, too), a noisy program that was removed, a planned
policy.

Blind: logs shorter than two weeks; a cut of less than nine tenths; a channel that varies as much by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.integrity.coverage import Presence
    from gamekeeper.integrity.facts import Facts

_DAY: Final = 24 * HOUR
_DAYS: Final = 14
#: Days in a row.
_RUN: Final = 2
_COLLAPSED: Final = 0.1
_KEPT: Final = 0.5
#: Events a day, below which chance rules.
_LEAST: Final = 100
#: FILETIME's first day, 1601-01-01, was a Monday.
_WEEK: Final = 7
_SATURDAY: Final = 5


class CollapsingRates:
    """Looks for rates that collapse."""

    name = "collapsing_rates"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a run of days."""
        told = coverage(facts)
        for host in told.hosts:
            for channel, own in told.channels(host).items():
                yield from _of_log(host, channel, own, told.others(host, channel))


def _of_log(host: str, channel: str, own: Presence, others: Presence) -> Iterator[Anomaly]:
    if not len(own.hour) or not len(others.hour):
        return
    first, last = int(own.hour[0]) // _DAY + 1, int(own.hour[-1]) // _DAY
    days = np.arange(first, last)  # the first day and the last are cut
    if len(days) < _DAYS:
        return
    share, usual = _shares(own, days)
    around, _ = _shares(others, days)
    low = (share <= _COLLAPSED) & (share > 0) & (around >= _KEPT) & (usual >= _LEAST)
    # Where it happens on more than a third of the days, that is how the log is.
    if int(np.sum(share <= _COLLAPSED)) * 3 > len(days):
        return
    for run in np.split(np.flatnonzero(low), np.flatnonzero(np.diff(np.flatnonzero(low)) > 1) + 1):
        if len(run) >= _RUN:
            start, stop = int(days[run[0]]) * _DAY, (int(days[run[-1]]) + 1) * _DAY
            part = float(np.median(share[run]))
            yield _anomaly(host, channel, (start, stop), part)


def _shares(
    log: Presence, days: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each day's count as a share of the median of its kind, and that median."""
    counts = np.zeros(len(days))
    place = log.hour // _DAY - days[0]
    inside = (place >= 0) & (place < len(days))
    np.add.at(counts, place[inside], log.events[inside])
    is_off = days % _WEEK >= _SATURDAY
    usual = np.ones(len(days))
    for kind in (is_off, ~is_off):
        if kind.any():
            usual[kind] = max(1.0, float(np.median(counts[kind])))
    return counts / usual, usual


def _anomaly(host: str, channel: str, time: tuple[int, int], part: float) -> Anomaly:
    days = (time[1] - time[0]) // _DAY
    text = f"{days} days with {part:.0%} of the events that are usual, while other channels went on"
    return Anomaly(
        check=CollapsingRates.name,
        text=text,
        tampering="logging cut short",
        strength=Strength.WEAK,
        host=host,
        channel=channel,
        start=time[0],
        stop=time[1] - 1,
        evidence=(Evidence(text, filetime=time[0]),),
        innocent=("policy change", "export", "agent outage"),
        techniques=("T1562.002",),
    )
