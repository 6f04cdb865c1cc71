"""Sets of whole numbers as sorted intervals, both ends included: record numbers, and stretches of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Intervals in order, none touching the next one."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, first: NDArray[np.int64], last: NDArray[np.int64]) -> Self:
        """Return the union of any intervals.

        >>> list(Intervals.of(np.array([7, 1, 4]), np.array([9, 3, 5])))
        [(1, 5), (7, 9)]
        """
        order = np.argsort(first, kind="stable")
        first, last = first[order], last[order]
        if not len(first):
            return cls(first, last)
        reach = np.maximum.accumulate(last)
        opens = np.ones(len(first), bool)
        opens[1:] = first[1:] > reach[:-1] + 1
        starts = np.flatnonzero(opens)
        return cls(first[starts], np.append(reach[starts[1:] - 1], reach[-1:]))

    @classmethod
    def union(cls, parts: Iterable[Intervals]) -> Self:
        """Return what is in any of them."""
        kept = list(parts)
        nothing = np.zeros(0, np.int64)
        return cls.of(
            np.concatenate([nothing, *(part.first for part in kept)]),
            np.concatenate([nothing, *(part.last for part in kept)]),
        )

    def __len__(self) -> int:
        return len(self.first)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.first.tolist(), self.last.tolist(), strict=True)

    @property
    def size(self) -> int:
        """How many numbers are in it."""
        return int((self.last - self.first + 1).sum())

    def within(self, first: int, last: int) -> Intervals:
        """Return what of it lies between two numbers, both included.

        >>> list(Intervals(np.array([1, 7]), np.array([5, 9])).within(4, 7))
        [(4, 5), (7, 7)]
        """
        start = int(np.searchsorted(self.last, first))
        stop = int(np.searchsorted(self.first, last, side="right"))
        cut = slice(start, max(start, stop))
        return Intervals(np.maximum(self.first[cut], first), np.minimum(self.last[cut], last))

    def holes(self) -> Intervals:
        """Return what lies between its intervals."""
        return Intervals(self.last[:-1] + 1, self.first[1:] - 1)
