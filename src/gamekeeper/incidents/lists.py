"""Lists of numbers in two columns: all numbers one after the other, and where each list begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.questions.searches import Ints, Rows


@dataclass(frozen=True, slots=True)
class Lists:
    """``values`` of all lists; list ``n`` is what lies between ``bounds[n]`` and ``bounds[n + 1]``."""

    values: Ints
    bounds: Ints

    @classmethod
    def of(cls, values: Ints, starts: Rows) -> Lists:
        """Return lists that begin at these places; none is empty."""
        return cls(values, np.append(starts, len(values)))

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, number: int) -> list[int]:
        """Return one list.

        >>> Lists.of(np.array([5, 6, 7]), np.array([0, 2]))[0]
        [5, 6]
        """
        found: list[int] = self.values[self.bounds[number] : self.bounds[number + 1]].tolist()
        return found

    def counts(self) -> Ints:
        """Return how long each list is."""
        return np.diff(self.bounds)

    def owners(self) -> Rows:
        """Return the number of the list that each value is in."""
        return np.repeat(np.arange(len(self)), self.counts())

    def firsts(self) -> Ints:
        """Return the first value of each list; none may be empty."""
        found: Ints = self.values[self.bounds[:-1]]
        return found

    def taken(self, numbers: Rows | Sequence[int]) -> Lists:
        """Return some lists, in this order.

        >>> Lists.of(np.array([5, 6, 7]), np.array([0, 2])).taken([1, 0]).values.tolist()
        [7, 5, 6]
        """
        at = np.asarray(numbers, np.int64)
        counts = self.bounds[at + 1] - self.bounds[at]
        bounds = np.append(0, np.cumsum(counts))
        rows = np.arange(int(bounds[-1])) + np.repeat(self.bounds[at] - bounds[:-1], counts)
        return Lists(self.values[rows], bounds)


def firsts_of(ordered: Ints | NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Say which entries of a column in which equal ones are neighbours are the first of their kind."""
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return first
