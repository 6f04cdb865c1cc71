"""Why a rule is true of a row: which of its predicates hold there, apart from those under a ``not``.

The rules that were met so far have a program of their own, whose conditions are their bound conditions
and, one by one, their predicates. It is asked about matched rows only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gamekeeper.engine.columnar.kernels import Pairs
from gamekeeper.engine.columnar.program import Program
from gamekeeper.engine.columnar.routes import Takers, kinds_of
from gamekeeper.engine.columnar.slow import Answers
from gamekeeper.engine.columnar.values import read_values
from gamekeeper.rules.ir import Not, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.engine.columnar.values import Values
    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.ir import Node
    from gamekeeper.rules.plan import BoundRule

#: (match, predicate) pairs judged at once.
_PAIR_LIMIT: Final = 1 << 20


class Reasons(NamedTuple):
    """True predicates of matches: pairs in the order of matches, then of the rule's text."""

    match: NDArray[np.int64]
    predicate: NDArray[np.int32]  # position in Explainer.predicates


class Explainer:
    """Explains the matches of one dataset."""

    def __init__(self, bound: Sequence[BoundRule]) -> None:
        self._bound = bound
        self._of_rule: dict[int, list[int]] = {}
        for position, rule in enumerate(bound):
            self._of_rule.setdefault(rule.rule, []).append(position)
        self._known: dict[int, int] = {}  # position in bound -> number of its condition
        self._numbers: dict[Predicate, int] = {}
        self.predicates: list[Predicate] = []
        self._positive: list[NDArray[np.int32]] = []
        self._build()

    def number(self, folded: str) -> int:
        """Return the number that a field has among the values."""
        return self._program.asked.number(folded)

    def explain(
        self, batch: EventBatch, rules: NDArray[np.int32], rows: NDArray[np.int32]
    ) -> tuple[Values, NDArray[np.int32], Reasons]:
        """Return the values of the matched rows, each match's row among them, and the reasons.

        Matches come sorted by row.
        """
        self._learn(np.unique(rules).tolist())
        distinct, inverse = np.unique(rows, return_inverse=True)
        place = inverse.astype(np.int32)
        values = read_values(batch, self._program.asked, distinct)
        hits = self._program.scan(values)
        matrix = values.rows(self._program.columns(values, hits))
        match, bound = self._bindings(batch, rules, distinct, place)
        holds = self._answers.decide(values, hits, matrix, Pairs(place[match], bound))
        found = [_NO_REASONS]
        for part in self._questions(match[holds], bound[holds]):
            pairs = Pairs(place[part.match], part.predicate + np.int32(len(self._known)))
            true = self._answers.decide(values, hits, matrix, pairs)
            found.append(Reasons(part.match[true], part.predicate[true]))
        return values, place, _joined(found)

    def _learn(self, rules: list[int]) -> None:
        new = [b for rule in rules for b in self._of_rule.get(rule, ()) if b not in self._known]
        if not new:
            return
        for position in new:
            self._known[position] = len(self._known)
            leaves = dict.fromkeys(_positive(self._bound[position].condition))
            for leaf in leaves:
                if leaf not in self._numbers:
                    self._numbers[leaf] = len(self.predicates)
                    self.predicates.append(leaf)
            self._positive.append(np.array([self._numbers[leaf] for leaf in leaves], np.int32))
        self._build()

    def _build(self) -> None:
        conditions: list[Node] = [self._bound[position].condition for position in self._known]
        self._program = Program([*conditions, *self.predicates])
        self._answers = Answers(self._program)
        self._takers = Takers([self._bound[position].route for position in self._known])
        position = {route: index for index, route in enumerate(self._takers.routes)}
        self._route = [position[self._bound[known].route] for known in self._known]
        sizes = [len(leaves) for leaves in self._positive]
        self._leaf_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self._leaves = np.concatenate([np.zeros(0, np.int32), *self._positive])

    def _bindings(
        self,
        batch: EventBatch,
        rules: NDArray[np.int32],
        rows: NDArray[np.int32],
        place: NDArray[np.int32],
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return (match, condition) pairs: every way in which a match's rule is bound to its row."""
        takes = self._takes(batch, rows)
        matches, conditions = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
        for rule in np.unique(rules).tolist():
            at = np.flatnonzero(rules == rule)
            for position in self._of_rule.get(rule, ()):
                condition = self._known[position]
                here = at[takes[condition, place[at]]]
                matches.append(here)
                conditions.append(np.full(len(here), condition, np.int32))
        match = np.concatenate(matches)
        order = np.argsort(match, kind="stable")
        return match[order], np.concatenate(conditions)[order]

    def _takes(self, batch: EventBatch, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which known conditions the rows reach by their routes, condition x row."""
        codes, kinds = kinds_of(batch, rows)
        table = np.zeros((len(self._takers.routes), len(kinds)), np.bool_)
        for index, kind in enumerate(kinds):
            table[list(self._takers.of(kind)), index] = True
        return table[:, codes][self._route]

    def _questions(self, match: NDArray[np.int64], bound: NDArray[np.int32]) -> Iterator[Reasons]:
        """Yield every predicate of every true condition, some matches at a time."""
        sizes = self._leaf_start[bound + 1] - self._leaf_start[bound]
        ends = np.cumsum(sizes)
        first = 0
        while first < len(match):
            done = ends[first] - sizes[first]
            last = max(first + 1, int(np.searchsorted(ends, done + _PAIR_LIMIT, side="right")))
            part = slice(first, last)
            offset = np.arange(ends[last - 1] - done) - np.repeat(
                ends[part] - sizes[part] - done, sizes[part]
            )
            leaf = np.repeat(self._leaf_start[bound[part]], sizes[part]) + offset
            yield Reasons(np.repeat(match[part], sizes[part]), self._leaves[leaf])
            first = last


_NO_REASONS: Final = Reasons(np.zeros(0, np.int64), np.zeros(0, np.int32))


def _joined(parts: list[Reasons]) -> Reasons:
    """Join reasons; a predicate that a rule is bound with twice counts once."""
    match = np.concatenate([part.match for part in parts])
    predicate = np.concatenate([part.predicate for part in parts])
    keys = match << 32 | predicate
    _, first = np.unique(keys, return_index=True)
    if len(first) == len(keys):
        return Reasons(match, predicate)
    kept = np.sort(first)
    return Reasons(match[kept], predicate[kept])


def _positive(node: Node) -> Iterator[Predicate]:
    if isinstance(node, Predicate):
        yield node
    elif not isinstance(node, Not):
        for child in node.children:
            yield from _positive(child)
