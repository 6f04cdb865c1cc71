"""All conditions of one dataset as arrays, made once, and the steps that a batch goes through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.compile import (
    PRESENCE,
    Compiled,
    Predicates,
    emit,
    leaves,
)
from gamekeeper.engine.columnar.covers import Witnesses
from gamekeeper.engine.columnar.literals import build_tables
from gamekeeper.engine.columnar.values import OTHER, TYPED, Column, Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.rules.ir import Node

_FIRST_ROOM: Final = 1 << 16


class Program:
    """The conditions of one dataset; numbers of conditions are positions in ``conditions``."""

    def __init__(self, conditions: Sequence[Node]) -> None:
        self.predicates = Predicates()
        compiled = [self.predicates.compile(node) for node in conditions]
        self.asked = self.predicates.asked
        self.condition_count = len(compiled)
        count = self.predicates.count
        tables = self._tables()
        self._room = 2 * int(tables.room.sum())
        self._literals = tables.structure()
        self.witnesses = Witnesses(compiled, self.predicates.costs, count)
        self._code = self._assemble(compiled)
        self._facts = kernels.Facts(count, self.asked.count, self._code)
        self._note_fields(compiled)
        self._marks = np.zeros(count, np.int64), np.zeros(1, np.int64)

    def _tables(self) -> kernels.Tables:
        """Lay the literals out, those of keywords once for every field that keywords see."""
        literals, wide = self.predicates.literals, self.predicates.wide
        seen = [number for name, number in self.asked.fields.items() if name not in TYPED]
        keywords = [literal for literal in literals if literal.field == OTHER]
        literals += [replace(literal, field=f) for literal in keywords for f in seen]
        wide += [(f, predicate) for field, predicate in wide if field == OTHER for f in seen]
        tables = build_tables(literals, wide, self.asked.count)
        literals.clear()  # thousands of objects that have become arrays
        return tables

    def _assemble(self, compiled: list[Compiled]) -> kernels.Code:
        code: list[int] = []
        starts = [0]
        depth = 1
        for node in compiled:
            depth = max(depth, emit(node, code, self.predicates.count))
            starts.append(len(code))
        return kernels.Code(np.array(starts, np.int32), np.array(code, np.int32), depth)

    def _note_fields(self, compiled: list[Compiled]) -> None:
        """Note at which fields each condition looks, and which are asked without any text being found."""
        of_predicate = self.predicates.fields
        self._asked_fields = {f for number in self.predicates.slow for f in of_predicate[number]}
        fields: list[list[int]] = []
        for node in compiled:
            known: set[int] = set()
            slow: set[int] = set()
            leaves(node, known, slow)
            present = {number - PRESENCE for number in known if number >= PRESENCE}
            self._asked_fields |= present
            texts = {f for n in known if n < PRESENCE for f in of_predicate[n]}
            # The number of keywords comes first, as it is the least.
            fields.append(sorted(present | texts | {f for n in slow for f in of_predicate[n]}))
        self._fields = np.array([f for group in fields for f in group], np.int32)
        sizes = [len(group) for group in fields]
        self._field_start = np.concatenate(
            [np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)]
        )

    def scan(self, values: Values) -> kernels.Hits:
        """Find the true literals of every value."""
        room = max(_FIRST_ROOM, 8 * len(values.starts), self._room)
        return kernels.scan(values.texts(), self._literals, self._marks, room)

    def possible(self, known: Mapping[int, bool]) -> NDArray[np.uint8]:
        """Say which conditions can be true, given some predicates."""
        state = np.full(self.predicates.count + self.asked.count, kernels.UNKNOWN, np.uint8)
        for number, is_true in known.items():
            state[number] = kernels.TRUE if is_true else kernels.FALSE
        return kernels.possible(self._code, state)

    def columns(self, values: Values, hits: kernels.Hits) -> list[Column]:
        """Return the columns that can matter: something was found there, or somebody asks the field."""
        return [
            column
            for column in values.columns
            if column.field in self._asked_fields
            or hits.start[column.base + column.size] > hits.start[column.base]
        ]

    def leaders(
        self, values: Values, rows: kernels.Rows, pairs: kernels.Pairs
    ) -> tuple[kernels.Pairs, NDArray[np.int32]]:
        """Return pairs whose verdicts are those of all, and which of them each pair has."""
        absent = np.int32(-2)
        place = np.full(self.asked.count, absent, np.int32)
        place[rows.fields] = np.arange(len(rows.fields))
        place[OTHER] = -1  # keywords look everywhere
        columns = place[self._fields]
        here = columns != absent
        kept = np.concatenate([np.zeros(1, np.int32), np.cumsum(here, dtype=np.int32)])
        looks = kernels.Looks(kept[self._field_start], columns[here])
        return kernels.group(rows, pairs, values.loose_rows(), looks)

    def judge(
        self,
        rows: kernels.Rows,
        hits: kernels.Hits,
        pairs: kernels.Pairs,
        known: kernels.Questions = kernels.NOTHING_KNOWN,
    ) -> tuple[NDArray[np.uint8], kernels.Questions]:
        """Return the verdict on each pair, and what to ask: answers go into the next call."""
        return kernels.judge(rows, hits, (self._code, self._facts), pairs, known)
