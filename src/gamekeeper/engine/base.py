"""The contract of an engine: a plan and a batch in, matches and accounts out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch


@dataclass(frozen=True, slots=True)
class Matches:
    """The true (rule, row) pairs of one batch, sorted by row, then rule, without repeats."""

    rule: NDArray[np.int32]  # position in Plan.rules.rules
    row: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rule)


class Engine(Protocol):
    """Evaluates one plan on batches; engines keep no state that changes an answer."""

    name: str

    def match(self, batch: EventBatch) -> Matches:
        """Return every (rule, row) pair of the batch for which the rule is true."""
