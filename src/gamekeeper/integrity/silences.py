"""Silences of a log held against its own history.

A silence is what lies between two hours with events, or between the last event and the end of what others
tell. Whether one is odd is decided by the log itself: by its longest other silence in which the machine was
awake, and by how often it had events in hours of that time of day in which its siblings had some. Days off
have a rhythm of their own, but for logs that speak day and night whenever others do; where no other day off
was seen, nothing is expected of one. Logs without enough of a history have no odd silences: twenty hours may
all be one working day, and a day is one rest of somebody, not twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.gathering.hours import HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.coverage import Presence

#: Hours with events that make a history.
HISTORY: Final = 20
#: How many times the longest other silence, at least.
TIMES: Final = 4
#: The chance that the log's own silences, as they thin out, hold one so long; and how many long ones tell.
_TAIL: Final = 0.002
_LONG_ONES: Final = 10
LEAST: Final = HOUR
#: The chance of the silence, hour by hour, that is small enough.
UNLIKELY: Final = 1e-6
_DAY_HOURS: Final = 24
#: The share of its siblings' hours in which a log speaks that no person drives.
_ALWAYS: Final = 0.95
#: FILETIME's first day, 1601-01-01, was a Monday.
_WEEK: Final = 7
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Silence:
    """One odd silence. ``longest``: the longest other one; ``chance``: of it, by the log's own rhythm."""

    start: int
    stop: int
    longest: int
    chance: float
    is_last: bool  # nothing came after it

    @property
    def length(self) -> int:
        """How long it lasts, 100 ns."""
        return self.stop - self.start


def silences(own: Presence, awake: Presence, end: int) -> list[Silence]:
    """Return the odd silences of a log while ``awake`` spoke; ``end``: until when others tell."""
    if len(own.hour) < HISTORY:
        return []
    starts, stops = _gaps(own, end)
    lengths = stops - starts
    # Only silences in which the others spoke say anything of the log; the rest were of the machine.
    told = np.where(_hours_within(awake, starts, stops) > 0, lengths, 0)
    ranked = np.argsort(-told, kind="stable")
    most = ranked[: _LONG_ONES + 1]
    # Nothing shorter than the longest of all but one can be so many times as long as it.
    second = int(told[ranked[1]]) if len(ranked) > 1 else 0
    found = []
    for at in np.flatnonzero((told >= LEAST) & (told >= second * TIMES)).tolist():
        others = told[most[most != at][:_LONG_ONES]]
        longest = int(others[0]) if len(others) else 0
        if told[at] < longest * times(others):
            continue
        start, stop = int(starts[at]), int(stops[at])
        chance = _chance(own, awake, start, stop)
        if chance <= UNLIKELY:
            found.append(Silence(start, stop, longest, chance, at == len(starts) - 1))
    return found


def times(lengths: NDArray[np.int64]) -> float:
    """Return how many times the longest of some silences (longest first) another must last to be odd.

    The slower they thin out, the more: Hill's estimate over the longest ones says how slowly that is.
    """
    long_ones = lengths[:_LONG_ONES]
    long_ones = long_ones[long_ones > 0].astype(np.float64)
    if len(long_ones) < 2:
        return TIMES
    count = len(long_ones) - 1
    # One standard error more than the estimate: ten silences tell little of a tail.
    spread = float(np.mean(np.log(long_ones[:-1] / long_ones[-1]))) * (1 + count**-0.5)
    return max(TIMES, float(_TAIL**-spread)) if spread < 1 else np.inf


def _gaps(own: Presence, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts, stops = own.last, np.append(own.first[1:], max(end, int(own.last[-1])))
    return starts, stops


def _hours_within(
    presence: Presence, starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many hours with events lie wholly within each time."""
    low = np.searchsorted(presence.first, starts, side="right")
    high = np.searchsorted(presence.last, stops, side="left")
    count: NDArray[np.int64] = np.maximum(0, high - low)
    return count


def _chance(own: Presence, awake: Presence, start: int, stop: int) -> float:
    """Return how likely silence is in all hours of a time, by the hours of the same time of day elsewhere."""
    within = (awake.hour >= start) & (awake.hour < stop - HOUR // 2)
    known = (awake.hour <= own.hour[-1]) & (awake.hour >= own.hour[0])
    elsewhere = awake.hour[~within & known]
    if not len(elsewhere):
        return 1.0
    if np.isin(elsewhere, own.hour).mean() >= _ALWAYS:
        return _chance_by_day(awake.hour[within], elsewhere, np.isin(elsewhere, own.hour))
    chance = 1.0
    for is_off in (False, True):
        hours = awake.hour[within & (_is_off(awake.hour) == is_off)]
        alike = elsewhere[_is_off(elsewhere) == is_off]
        if len(hours) and len(alike):
            chance *= _chance_by_day(hours, alike, np.isin(alike, own.hour))
    return chance


def _is_off(hours: NDArray[np.int64]) -> NDArray[np.bool_]:
    is_off: NDArray[np.bool_] = hours // HOUR // _DAY_HOURS % _WEEK >= _SATURDAY
    return is_off


def _chance_by_day(
    hours: NDArray[np.int64], elsewhere: NDArray[np.int64], spoken: NDArray[np.bool_]
) -> float:
    of_day = elsewhere // HOUR % _DAY_HOURS
    all_hours = np.bincount(of_day, minlength=_DAY_HOURS)
    with_events = np.bincount(of_day[spoken], minlength=_DAY_HOURS)
    # Laplace's rule, drawn to the whole day where an hour of the day was seen seldom.
    overall = (int(spoken.sum()) + 1) / (len(elsewhere) + 2)
    share = (with_events + 2 * overall) / (all_hours + 2)
    return float(np.prod(1 - share[hours // HOUR % _DAY_HOURS] * 0.999))
