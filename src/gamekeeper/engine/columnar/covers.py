"""Which literals a condition cannot be true without, and which of them to look for in a batch.

A *cover* of a condition is a set of literals of which at least one is true where the condition is. Most
conditions have several: a rule asks for a program and for words of its command line. Which one is rarest
depends on the log, so each batch chooses anew. Rows that hold a literal of the chosen cover, a *witness*,
are paired with the condition; conditions without a cover are paired with every row of their route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.compile import covers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.engine.columnar.compile import Compiled

#: Covers of a condition that are kept, the rarest by our guess.
_LIMIT: Final = 6


class Witnesses:
    """The covers of all conditions of one dataset."""

    def __init__(
        self, compiled: Sequence[Compiled], costs: dict[int, float], predicate_count: int
    ) -> None:
        found = [covers(node, costs)[:_LIMIT] for node in compiled]
        counts = [len(group) for group in found]
        members = [np.array(sorted(set(n)), np.int32) for group in found for _, n in group]
        sizes = [len(group) for group in members]
        self.has_any = np.array(counts, np.int64) > 0
        flat = np.concatenate([np.zeros(0, np.int32), *members])
        cover = np.repeat(np.arange(len(members)), sizes)
        condition = np.repeat(np.arange(len(found)), counts)
        order = np.argsort(flat, kind="stable")
        links = np.searchsorted(flat[order], np.arange(predicate_count + 1))
        self._covers = kernels.Covers(
            _starts(counts),
            _starts(sizes),
            flat,
            (
                links.astype(np.int32),
                cover[order].astype(np.int32),
                condition[cover[order]].astype(np.int32),
            ),
        )

    def candidates(
        self, rows: kernels.Rows, hits: kernels.Hits
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return, for each value, the conditions that it is a witness of."""
        return kernels.candidates(rows, hits, self._covers)


def _starts(sizes: Sequence[int]) -> NDArray[np.int32]:
    """Return where each of some groups starts, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
