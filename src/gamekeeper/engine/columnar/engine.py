"""The fast engine: the same matches as the slow truth, worked out on distinct values.

A batch goes through these steps: its distinct values are folded and scanned once for all literals; values
that hold a *witness* of a condition pair their rows with it; the conditions of those pairs are judged with
what is known; what stays open is asked of single values and judged again. Rows whose channel and event id
exclude a condition are never paired with it. Pairs that must have the same verdict are judged once.

``docs/reference/semantics.md`` says what it must equal. It rests on witnesses being rare: a condition
without one (only negations, or nothing but its log source) is judged on every row of its route.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.base import Matches
from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.kept import kept
from gamekeeper.engine.columnar.program import Program
from gamekeeper.engine.columnar.routes import Routes
from gamekeeper.engine.columnar.slow import Answers
from gamekeeper.engine.columnar.values import read_values
from gamekeeper.model.events import EventBatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.engine.columnar.values import Column
    from gamekeeper.rules.plan import BoundRule, Plan

_PAIR_ROOM: Final = 1 << 18
#: Text that is laid out at once: script blocks can make a batch of hundreds of megabytes.
_TEXT_BYTES: Final = 48 << 20


class ColumnarEngine:
    """Evaluates a plan on distinct values; a dataset's rules are compiled at its first batch."""

    name = "columnar"

    def __init__(self, plan: Plan) -> None:
        self._bound: dict[str, list[BoundRule]] = defaultdict(list)
        for bound in plan.bound:
            self._bound[bound.route.dataset].append(bound)
        self._matchers: dict[str, DatasetMatcher] = {}
        self._digest = plan.digest

    def match(self, batch: EventBatch) -> Matches:
        """Return every (rule, row) pair of the batch for which the rule is true."""
        if batch.dataset not in self._bound or not len(batch):
            return Matches(np.zeros(0, np.int32), np.zeros(0, np.int32))
        return self.matcher(batch.dataset).match(batch)

    def matcher(self, dataset: str) -> DatasetMatcher:
        """Return the compiled rules of a dataset."""
        if dataset not in self._matchers:
            bound = self._bound[dataset]
            self._matchers[dataset] = kept(
                self._digest, dataset, DatasetMatcher, lambda: DatasetMatcher(bound)
            )
        return self._matchers[dataset]


class DatasetMatcher:
    """The rules of one dataset, compiled."""

    def __init__(self, bound: list[BoundRule]) -> None:
        self.rule = np.array([b.rule for b in bound], np.int32)
        self.program = Program([b.condition for b in bound])
        self.routes = Routes([b.route for b in bound], self.program)
        self._answers = Answers(self.program)

    def match(self, batch: EventBatch) -> Matches:
        """Return every (rule, row) pair of the batch for which the rule is true."""
        keys = [np.zeros(0, np.int64)]
        for first, part in _parts(batch):
            keys += [
                found + (first << 32) for found in self._keys(part, is_part=len(part) < len(batch))
            ]
        # A rule may be bound twice; keys sort by row, then rule.
        found = np.sort(np.concatenate(keys))
        found = found[np.diff(found, prepend=-1) > 0]
        return Matches((found & 0xFFFFFFFF).astype(np.int32), (found >> 32).astype(np.int32))

    def _keys(self, batch: EventBatch, *, is_part: bool) -> Iterator[NDArray[np.int64]]:
        """Yield true pairs as ``row << 32 | rule``."""
        values = read_values(batch, self.program.asked, is_part=is_part)
        hits = self.program.scan(values)
        columns = self.program.columns(values, hits)
        rows = values.rows(columns)
        witnesses = self.program.witnesses.candidates(rows, hits)
        kinds = self.routes.kinds(batch)
        pairing = kernels.Pairing(
            rows, kinds, witnesses, _places(columns, witnesses[0]), _PAIR_ROOM
        )
        while (pairs := pairing.next()) is not None:
            holds = self._answers.decide(values, hits, rows, pairs)
            row, condition = pairs.rows[holds], pairs.conditions[holds]
            yield (row.astype(np.int64) << 32) | self.rule[condition]


def _places(columns: list[Column], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the places of columns whose values are witnesses; ``starts`` is where those of a value are."""
    found = [i for i, c in enumerate(columns) if starts[c.base + c.size] > starts[c.base]]
    return np.array(found, np.int32)


def _parts(batch: EventBatch) -> Iterator[tuple[int, EventBatch]]:
    """Yield a batch in parts of bounded text, each with the number of its first row."""
    count = -(-batch.table.nbytes // _TEXT_BYTES)
    size = max(1, -(-len(batch) // max(1, count)))
    if size >= len(batch):
        yield 0, batch
        return
    for first in range(0, len(batch), size):
        yield first, EventBatch(batch.dataset, batch.table.slice(first, size))
