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

from gamekeeper.questions.searches import Rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gamekeeper.incidents.parameters import LinkKind

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
    signals: Rows
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
    return Keys(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("kinds", "values", "signals", "times", "parts")
        )
    )


def group(
    keys: Keys,
    bits: NDArray[np.float64],
    links: Sequence[LinkKind],
    light: Collection[str] = (),
    bridge: float = 1.0,
    is_act: NDArray[np.bool_] | None = None,
) -> Groups:
    """Return the groups of ``len(bits)`` signals.

    Those of ``bridge`` bits and more may tie others together; ``links`` are by number, as ``keys.kinds``
    says; ``light`` are the kinds by which the others hang on a group. Keys of a kind that asks for weight are
    only of signals that are acts: all, unless ``is_act`` says which.
    """
    is_bridge = bits >= bridge
    weighed = bits if is_act is None else np.where(is_act, bits, 0.0)
    keys = _strong(_grave(keys, weighed, links), links)
    horizon = np.array([link.horizon for link in links], np.int64)
    bridges = keys.where(is_bridge[keys.signals])
    left, right, kinds = _ties(bridges, horizon, links, bits)
    label = components(len(is_bridge), left, right)
    by = np.full(len(is_bridge), NONE, np.uint8)
    for kind in range(len(links) - 1, -1, -1):  # the strongest kind is written last and stays
        rows = kinds == kind
        by[left[rows]] = kind
        by[right[rows]] = kind
    hooks = np.array([link.word in light for link in links], bool)
    free = keys.where(~is_bridge[keys.signals] & (keys.parts == Part.SHARES) & hooks[keys.kinds])
    _hang(free, bridges, horizon, (label, by))
    return Groups(label, by)


def _grave(keys: Keys, bits: NDArray[np.float64], links: Sequence[LinkKind]) -> Keys:
    """Return the keys of signals that weigh as much as their kind of link asks for."""
    least = np.array([link.least for link in links])
    return keys.where(bits[keys.signals] >= least[keys.kinds])


def _strong(keys: Keys, links: Sequence[LinkKind]) -> Keys:
    """Return the keys that few enough signals share; ``values`` become numbers that tell kinds apart, too."""
    if not len(keys):
        return keys
    # Two keys share a mixed value by chance once in 2^64: sorting one column is what makes this fast.
    mixed = keys.values.astype(np.uint64) * _ODD + keys.kinds.astype(np.uint64) * _OTHER
    codes = np.unique(mixed, return_inverse=True)[1].astype(np.int64)
    signals = int(keys.signals.max()) + 1
    # Sorted by hand: NumPy finds distinct numbers by a hash table, at several times the time and memory.
    pairs = codes * signals + keys.signals
    pairs.sort()
    is_first = np.append(True, pairs[1:] != pairs[:-1])
    count = np.bincount(pairs[is_first] // signals, minlength=int(codes.max()) + 1)
    del pairs, is_first
    limit = np.array([2.0**link.strength for link in links])
    coded = Keys(keys.kinds, codes, keys.signals, keys.times, keys.parts)
    return coded.where(count[codes] <= limit[keys.kinds])


def _ties(
    keys: Keys,
    horizon: NDArray[np.int64],
    links: Sequence[LinkKind],
    bits: NDArray[np.float64],
) -> tuple[Rows, Rows, NDArray[np.uint8]]:
    """Return pairs of signals that a key ties together, each with its kind."""
    found = _ordered(keys.where(keys.parts == Part.SHARES))
    same = found.values[1:] == found.values[:-1]
    near = np.abs(found.times[1:] - found.times[:-1]) <= horizon[found.kinds[1:]]
    # Signals without a time stand at -1, far from all others, and are near each other.
    at = np.flatnonzero(same & near)
    left, right, kinds = found.signals[at], found.signals[at + 1], found.kinds[at]
    asking = keys.where(keys.parts == Part.ASKS)
    answers = _ordered(keys.where(keys.parts == Part.ANSWERS))
    is_back = np.array([link.is_back for link in links], bool)[asking.kinds]
    before, after = _nearest(asking, answers, horizon)
    before[is_back] = _gravest_before(asking.where(is_back), answers, horizon, bits)
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


def components(count: int, left: Rows, right: Rows) -> Rows:
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
