"""Which signals belong together: keys that they share, in; the group of each signal, out.

A *key* says that a signal has to do with one thing at one time: a process, a session, a file, an account on a
host. Two neighbours in time under one key are tied where the key is strong enough for how many share it
(a hub ties nothing) and the pause between them is not too long for its kind. Only neighbours are compared,
so that a million signals take sorting and no pairs.

Signals that weigh next to nothing tie nothing together, however many there are: each hangs on the group that
its strongest key leads to. So noise changes no incident but its count.

Everything is arrays. The result does not depend on the order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gamekeeper.incidents.lists import firsts_of
from gamekeeper.questions.searches import Ints, Rows, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.incidents.parameters import LinkKind, Parameters

#: No key.
NONE: Final = 255
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_SECOND: Final = 10_000_000
#: Seconds since 1601 that are told apart: until the year 3778.
_LAST_SECOND: Final = 1 << 36


class Part(IntEnum):
    """The part a key plays."""

    SHARES = 0  # is tied to its neighbours under the same key
    ASKS = 1  # looks for answers under the same key, nearest in time on either side
    ANSWERS = 2  # is found by those that ask, never by another answer


@dataclass(frozen=True, slots=True)
class Keys:
    """One row a key of a signal. ``values`` mean something only beside ``kinds``.

    ``parts`` are of :class:`Part`: a session that came from a host asks what its account did there.
    """

    kinds: NDArray[np.uint8]
    values: NDArray[np.int64]
    signals: Ints
    times: Rows
    parts: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.signals)

    def where(self, rows: NDArray[np.bool_] | Rows) -> Keys:
        """Return some of the rows."""
        return Keys(
            self.kinds[rows],
            self.values[rows],
            self.signals[rows],
            self.times[rows],
            self.parts[rows],
        )


@dataclass(frozen=True, slots=True)
class Groups:
    """``group`` of each signal, numbered by its least signal; ``kind`` by which it first hangs on it."""

    group: Rows
    kind: NDArray[np.uint8]


def joined(*parts: Keys) -> Keys:
    """Return all rows of several."""
    none = np.empty(0, np.int64)
    empty = Keys(none.astype(np.uint8), none, none, none, none.astype(np.int8))
    return Keys(
        *(
            np.concatenate([getattr(part, name) for part in (empty, *parts)])
            for name in ("kinds", "values", "signals", "times", "parts")
        )
    )


@dataclass(frozen=True, slots=True)
class Links:
    """What signals and kinds of links weigh.

    ``is_heavy``: signals that may tie others together; the others hang on a group, by ``is_hook`` kinds only.
    ``weighed`` are the bits of signals that are acts, nothing for others: a kind may ask for so many.
    ``is_out``: signals that hang on nothing.
    """

    kinds: Sequence[LinkKind]
    bits: NDArray[np.float64]
    is_heavy: NDArray[np.bool_]
    weighed: NDArray[np.float64]
    is_hook: NDArray[np.bool_]
    is_out: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        given: Parameters,
        bits: NDArray[np.float64],
        is_act: NDArray[np.bool_],
        is_out: NDArray[np.bool_],
    ) -> Links:
        """Return what the parameters make of signals of so many bits."""
        kinds = list(given.links.values())
        hooks = np.array([kind.word in given.light_links for kind in kinds], bool)
        weighed = np.where(is_act, bits, 0.0)
        return cls(kinds, bits, bits >= given.bridge_bits, weighed, hooks, is_out)


def useful(parts: Sequence[Keys], links: Links) -> Keys:
    """Return the keys by which a signal may be tied to a group, of all keys of some kinds.

    Each kind asks for weight, and for few enough signals that share a value. A light signal hangs on a heavy
    one or on nothing, so that most keys of logs full of light signals are of no use.
    """
    ties = [part.where(_graves(part, links) & links.is_heavy[part.signals]) for part in parts]
    wanted = np.unique(np.concatenate([np.empty(0, np.uint64), *map(_mixed, ties)]))
    keys = joined(
        *(part.where(_graves(part, links) & within(_mixed(part), wanted)) for part in parts)
    )
    # How many share a value counts those, too, that are not looked at further.
    signals = int(keys.signals.max(initial=0)) + 1
    codes = np.searchsorted(wanted, _mixed(keys))
    # Sorted by hand: NumPy finds distinct numbers by a hash table, at several times the time and memory.
    pairs = codes * signals + keys.signals
    pairs.sort()
    count = np.bincount(pairs[firsts_of(pairs)] // signals, minlength=len(wanted))
    limit = np.array([2.0**kind.strength for kind in links.kinds])
    may = (keys.parts == Part.SHARES) & links.is_hook[keys.kinds]
    may |= links.is_heavy[keys.signals]
    return keys.where(may & (count[codes] <= limit[keys.kinds]))


def _graves(keys: Keys, links: Links) -> NDArray[np.bool_]:
    """Say which keys are of signals that weigh what their kind asks for."""
    least = np.array([kind.least for kind in links.kinds])
    weighs = links.weighed[keys.signals] >= least[keys.kinds]
    answer: NDArray[np.bool_] = weighs & ~links.is_out[keys.signals]
    return answer


def _mixed(keys: Keys) -> NDArray[np.uint64]:
    """Return kind and value as one number; two have the same by chance once in 2^64."""
    mixed: NDArray[np.uint64] = keys.values.astype(np.uint64) * _ODD
    mixed += keys.kinds.astype(np.uint64) * _OTHER
    return mixed


def group(keys: Keys, links: Links) -> Groups:
    """Return the groups of all signals that ``links`` speaks of, by their :func:`useful` keys."""
    values = np.unique(_mixed(keys), return_inverse=True)[1].astype(np.int64)
    keys = Keys(keys.kinds, values, keys.signals, keys.times, keys.parts)
    horizon = np.array([kind.horizon for kind in links.kinds], np.int64)
    heavy = links.is_heavy[keys.signals]
    bridges = keys.where(heavy)
    left, right, kinds = _ties(bridges, horizon, links)
    label = components(len(links.bits), left, right)
    by = np.full(len(links.bits), NONE, np.uint8)
    for kind in range(len(links.kinds) - 1, -1, -1):  # the strongest kind is written last and stays
        rows = kinds == kind
        by[left[rows]] = kind
        by[right[rows]] = kind
    _hang(keys.where(~heavy), bridges, horizon, (label, by))
    return Groups(label, by)


def _ties(
    keys: Keys, horizon: NDArray[np.int64], links: Links
) -> tuple[Ints, Ints, NDArray[np.uint8]]:
    """Return pairs of signals that a key ties together, each with its kind."""
    found = _ordered(keys.where(keys.parts == Part.SHARES))
    same = found.values[1:] == found.values[:-1]
    near = np.abs(found.times[1:] - found.times[:-1]) <= horizon[found.kinds[1:]]
    # Signals without a time stand at -1, far from all others, and are near each other.
    at = np.flatnonzero(same & near)
    left, right, kinds = found.signals[at], found.signals[at + 1], found.kinds[at]
    asking = keys.where(keys.parts == Part.ASKS)
    answers = _ordered(keys.where(keys.parts == Part.ANSWERS))
    is_back = np.array([kind.is_back for kind in links.kinds], bool)[asking.kinds]
    before, after = _nearest(asking, answers, horizon)
    before[is_back] = _gravest_before(asking.where(is_back), answers, horizon, links.bits)
    for other in (before, np.where(is_back, -1, after)):
        has = np.flatnonzero(other >= 0)
        left = np.concatenate([left, asking.signals[has]])
        right = np.concatenate([right, answers.signals[other[has]]])
        kinds = np.concatenate([kinds, asking.kinds[has]])
    return left, right, kinds


def _places(keys: Keys) -> Rows:
    """Return a number for each row that sorts by value, then by second."""
    seconds = np.clip(keys.times // _SECOND, -1, _LAST_SECOND - 1) + 1
    places: Rows = keys.values * _LAST_SECOND + seconds
    return places


def _ordered(keys: Keys) -> Keys:
    return keys.where(np.argsort(_places(keys), kind="stable"))


def _nearest(asking: Keys, found: Keys, horizon: NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Return the rows of ``found`` (in order) that are next before and after each asking one, or -1."""
    if not len(asking) or not len(found):
        none = np.full(len(asking), -1, np.int64)
        return none, none
    next_one = np.searchsorted(_places(found), _places(asking), side="right").astype(np.int64)
    answers = []
    for rows in (next_one - 1, np.where(next_one < len(found), next_one, -1)):
        near = np.abs(found.times[rows] - asking.times) <= horizon[asking.kinds]
        same = (rows >= 0) & (found.values[rows] == asking.values)
        answers.append(np.where(same & near, rows, -1))
    return answers[0], answers[1]


def _gravest_before(
    asking: Keys, found: Keys, horizon: NDArray[np.int64], bits: NDArray[np.float64]
) -> Rows:
    """Return the row of ``found`` (in order) of most bits before each asking one, or -1; of equals the last.

    As few share a value, all of them are looked at.
    """
    best = np.full(len(asking), -1, np.int64)
    if not len(found):
        return best
    at = np.searchsorted(_places(found), _places(asking), side="right").astype(np.int64) - 1
    weights = bits[found.signals]
    while True:
        near = np.abs(found.times[at] - asking.times) <= horizon[asking.kinds]
        is_one = (at >= 0) & (found.values[at] == asking.values) & near
        if not is_one.any():
            return best
        best = np.where(is_one & ((best < 0) | (weights[at] > weights[best])), at, best)
        at = np.where(is_one, at - 1, -1)


def components(count: int, left: Ints, right: Ints) -> Rows:
    """Return for each of ``count`` things the least one that pairs lead to.

    Every round each thing takes the least label of its neighbours and of its label's label: the number of
    rounds grows with the logarithm of the longest way.

    >>> components(5, np.array([3, 1]), np.array([1, 0])).tolist()
    [0, 0, 2, 0, 4]
    """
    label = np.arange(count, dtype=np.int64)
    while len(left):
        a, b = label[left], label[right]
        differ = a != b
        if not differ.any():
            break
        left, right, a, b = left[differ], right[differ], a[differ], b[differ]
        low, high = np.minimum(a, b), np.maximum(a, b)
        # Roots are hooked to smaller ones, then every way is made short.
        np.minimum.at(label, high, low)
        while True:
            shorter = label[label]
            if (shorter == label).all():
                break
            label = shorter
    return label


def _hang(
    light: Keys,
    bridges: Keys,
    horizon: NDArray[np.int64],
    result: tuple[Rows, NDArray[np.uint8]],
) -> None:
    """Hang each light signal on the group of the strongest, then nearest, key it shares with a heavy one."""
    label, by = result
    heavy = _ordered(bridges.where(bridges.parts == Part.SHARES))
    before, after = _nearest(light, heavy, horizon)
    rows = np.concatenate([np.flatnonzero(before >= 0), np.flatnonzero(after >= 0)])
    other = np.concatenate([before[before >= 0], after[after >= 0]])
    if not len(rows):
        return
    gap = np.abs(heavy.times[other] - light.times[rows])
    group_of = label[heavy.signals[other]]
    best = np.lexsort((group_of, gap, light.kinds[rows], light.signals[rows]))
    first = best[np.unique(light.signals[rows][best], return_index=True)[1]]
    label[light.signals[rows[first]]] = group_of[first]
    by[light.signals[rows[first]]] = light.kinds[rows[first]]
