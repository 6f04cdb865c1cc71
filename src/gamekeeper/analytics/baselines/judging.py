"""How surprising each habit's first day is, in bits.

A probability is asked for: how often does a host (or account) that has been known for a while show, on one
of its days, something that is as new as this? Counted are the days of all of the comparison set before
this day, those of the host or account itself more; where the thing itself is known elsewhere, its
prevalence among the days of peers counts where that is greater. Bits are -log2 of it. So a baseline in
which everything changes every day says little of anything new, and what is new on many hosts within days
is a change, not an intruder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.analytics.baselines.habits import packed
from gamekeeper.analytics.baselines.registry import GATHERED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.analytics.baselines.habits import Habits, Ints, Learnt

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

#: Days for which a host or account must have been known, and of which so many showed it.
LEARNING_DAYS: Final = 7
ACTIVE_DAYS: Final = 3
#: As many days of peers are believed beside a host's or account's own.
_BORROWED_DAYS: Final = 20.0
#: So many others that begin within days make a change of the network.
_MANY: Final = 3
#: Days of so many new things (2 to the power of it) and more are held to be equal.
_MOST_LEVEL: Final = 5
#: So few of one role are no set to compare with.
_FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison set of each habit, by the day before its first: everybody, or those of its role."""

    is_everybody: Mask
    seen_days: Ints  # days of theirs on which they had it
    seen_by: Ints  # those of them that had it
    near: Ints  # others that begin within days
    days: Ints  # days of theirs
    size: Ints  # how many they are, its own host or account with them


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of each habit, in the order of ``Learnt.habits``."""

    is_judged: Mask  # its host or account was known well enough, and the day is not one of learning
    bits: Floats
    known_days: Ints
    span_days: Ints  # days since the baseline began
    compared: Compared
    is_change: Mask  # many others began within days


def judge(learnt: Learnt, learn_until: int | None = None) -> Judged:
    """Return the bits of every habit. Days before ``learn_until`` (days since 1601) are for learning."""
    habits = learnt.habits
    days = _Days.of(learnt)
    known_days = habits.day - days.first(habits.baseline, habits.who)
    active = _between(days.all, habits.baseline, habits.who, habits.day)
    is_warm = (known_days >= LEARNING_DAYS) & (active >= ACTIVE_DAYS)
    role = days.roles[habits.who]
    compared = _compared(habits, days, role)
    p = np.maximum(_rate(habits, days, role, is_warm, compared), _prevalence(compared))
    is_change = compared.near >= _MANY
    share = (compared.near + 1) / (np.maximum(compared.size, compared.near) + 1)
    p = np.where(is_change, np.maximum(p, share), p)
    is_judged = is_warm if learn_until is None else is_warm & (habits.day >= learn_until)
    most = np.array([one.most_bits for one in GATHERED])[habits.baseline]
    bits = np.clip(-np.log2(np.clip(p, 2.0**-60, 1.0)), 0, most)
    return Judged(
        is_judged,
        np.where(is_judged, bits, 0.0),
        known_days,
        habits.day - days.begins(habits.baseline),
        compared,
        is_change,
    )


def _compared(habits: Habits, days: _Days, role: Ints) -> Compared:
    """Take everybody where all of them never had it, or where there are few of the role."""
    base, day, nobody = habits.baseline, habits.day, np.zeros_like(role)
    peers = _between(days.first_by_role, base, role, day)
    everybody = (habits.all_days == 0) | (peers <= _FEW)
    return Compared(
        everybody,
        np.where(everybody, habits.all_days, habits.role_days),
        np.where(everybody, habits.all_who, habits.role_who),
        np.where(everybody, habits.all_near, habits.role_near),
        np.where(
            everybody,
            _between(days.by_all, base, nobody, day),
            _between(days.by_role, base, role, day),
        ),
        np.where(everybody, _between(days.first_by_all, base, nobody, day), peers),
    )


def _prevalence(compared: Compared) -> Floats:
    """Return on which share of the days of the set it was seen; 0 where it never was: rates say more."""
    share = (compared.seen_days + 1) / (compared.days + 2)
    found: Floats = np.where(compared.seen_days > 0, share, 0.0)
    return found


def _rate(habits: Habits, days: _Days, role: Ints, is_warm: Mask, compared: Compared) -> Floats:
    """Return how often something happened before that is as new: to the set, or to one alone."""
    found = np.ones(len(habits))
    for by_role in (False, True):
        before = habits.role_days if by_role else habits.all_days
        for is_new_to_set in (False, True):
            wanted = (compared.is_everybody != by_role) & (
                (compared.seen_days == 0) == is_new_to_set
            )
            if wanted.any():
                counts = is_warm & ((before == 0) | (not is_new_to_set))
                rates = _rates(habits, days, role, counts, by_role=by_role)
                found = np.where(wanted, rates, found)
    return found


def _rates(habits: Habits, days: _Days, role: Ints, is_new: Mask, *, by_role: bool) -> Floats:
    """Return how often days before showed as many new things, of the host or account and of its peers.

    What is new at once is one surprise, and a greater one the more there is of it: a day of one new
    command is held against days of one or more, a day of twenty against days of as many.
    """
    told = np.flatnonzero(is_new)
    owned = packed(habits.baseline, habits.who, habits.day)
    own_days, counts = np.unique(owned[told], return_counts=True)
    levels = np.minimum(np.log2(counts).astype(np.int64), _MOST_LEVEL)
    group = role if by_role else np.zeros_like(role)
    asked = habits.baseline, group, habits.day
    warm = _between(days.warm_roles if by_role else days.warm_all, *asked)
    warm_own = _between(days.warm, habits.baseline, habits.who, habits.day)
    at = np.searchsorted(own_days, owned)
    level = np.append(levels, 0)[at] if len(own_days) else np.zeros_like(role)
    rate = np.ones(len(habits))
    for least in np.unique(level).tolist():
        some = own_days[levels >= least]
        base, who, day = _unpacked(some)
        peers = np.sort(packed(base, days.roles[who] if by_role else np.zeros_like(who), day))
        common = (_between(peers, *asked) + 1) / (warm + 2)
        own = _between(some, habits.baseline, habits.who, habits.day)
        found = (own + _BORROWED_DAYS * common) / (warm_own + _BORROWED_DAYS)
        rate = np.where(level == least, found, rate)
    return rate


@dataclass(frozen=True, slots=True)
class _Days:
    """The days on which each host or account could be seen, sorted in several ways."""

    roles: Ints
    all: Ints  # (baseline, who, day)
    owners: Ints  # (baseline, who, 0), distinct
    firsts: Ints  # the first day of each owner
    by_role: Ints  # (baseline, role, day)
    by_all: Ints  # (baseline, 0, day)
    first_by_role: Ints  # first days
    first_by_all: Ints
    warm: Ints  # days of those that are known for long enough
    warm_roles: Ints
    warm_all: Ints

    @classmethod
    def of(cls, learnt: Learnt) -> _Days:
        base, who, day = _unpacked(learnt.active)
        owner = packed(base, who, 0)
        owners, start, place = np.unique(owner, return_index=True, return_inverse=True)
        first = day[start]
        rank = np.arange(len(day)) - start[place]
        is_warm = (day - first[place] >= LEARNING_DAYS) & (rank >= ACTIVE_DAYS)
        roles = learnt.cast.roles
        role = roles[who]
        nobody = np.zeros_like(who)
        return cls(
            roles,
            learnt.active,
            owners,
            first,
            np.sort(packed(base, role, day)),
            np.sort(packed(base, nobody, day)),
            np.sort(packed(base, role, day)[start]),
            np.sort(packed(base, nobody, day)[start]),
            learnt.active[is_warm],
            np.sort(packed(base, role, day)[is_warm]),
            np.sort(packed(base, nobody, day)[is_warm]),
        )

    def first(self, baseline: Ints, who: Ints) -> Ints:
        """Return the first day of a host or account in a baseline."""
        found: Ints = self.firsts[np.searchsorted(self.owners, packed(baseline, who, 0))]
        return found

    def begins(self, baseline: Ints) -> Ints:
        """Return the first day of all in a baseline."""
        _, _, day = _unpacked(self.by_all[np.searchsorted(self.by_all, packed(baseline, 0, 0))])
        return day


def _between(known: Ints, baseline: Ints, who: Ints, day: Ints) -> Ints:
    """Return how many of sorted numbers are of a baseline and somebody, before a day."""
    stop = np.searchsorted(known, packed(baseline, who, day))
    found: Ints = stop - np.searchsorted(known, packed(baseline, who, 0))
    return found


def _unpacked(numbers: Ints) -> tuple[Ints, Ints, Ints]:
    return numbers >> 52, (numbers >> 20) & 0xFFFFFFFF, numbers & 0xFFFFF
