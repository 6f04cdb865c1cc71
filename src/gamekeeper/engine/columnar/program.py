"""All conditions of one dataset as arrays, made once, and the steps that a batch goes through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.compile import (
    PRESENCE,
    Compiled,
    Predicates,
    emit,
    leaves,
    witnesses,
)
from gamekeeper.engine.columnar.literals import build_tables
from gamekeeper.engine.columnar.values import OTHER, TYPED, Column, Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gamekeeper.rules.ir import Node

#: Two lines, rows and conditions, sorted by row.
Pairs = NDArray[np.int32]

_FIRST_ROOM: Final = 1 << 16
_SLOTS: Final = 1 << 16


class Hits(NamedTuple):
    """For each value, the literals that are true for it."""

    start: NDArray[np.int64]
    predicate: NDArray[np.int32]


class Program:
    """The conditions of one dataset; numbers of conditions are positions in ``conditions``."""

    def __init__(self, conditions: Sequence[Node]) -> None:
        self.predicates = Predicates()
        compiled = [self.predicates.compile(node) for node in conditions]
        self.asked = self.predicates.asked
        self.condition_count = len(compiled)
        self.tables, self._room = self._tables()
        self._link(compiled)
        self._assemble(compiled)
        self._note_fields(compiled)
        count = self.predicates.count
        self._seen = np.zeros(count, np.int64)
        # A predicate is true, a field present, on a row where its stamp is the current tick.
        self._stamps = np.zeros(count + self.asked.count, np.int64)
        self._stack = np.zeros(self._depth + 1, np.uint8)
        self._slots = np.empty(_SLOTS, np.int32)
        self._tick = 0

    def _tables(self) -> tuple[kernels.Tables, NDArray[np.int32]]:
        """Lay the literals out, those of keywords once for every field that keywords see."""
        literals, wide = self.predicates.literals, self.predicates.wide
        seen = [number for name, number in self.asked.fields.items() if name not in TYPED]
        keywords = [literal for literal in literals if literal.field == OTHER]
        literals += [replace(literal, field=f) for literal in keywords for f in seen]
        wide += [(f, predicate) for field, predicate in wide if field == OTHER for f in seen]
        tables = build_tables(literals, wide, self.asked.count)
        literals.clear()  # thousands of objects that have become arrays
        return tables

    def _link(self, compiled: list[Compiled]) -> None:
        """Note which conditions each literal is a witness of, and which have none."""
        covers = [witnesses(node, self.predicates.costs) for node in compiled]
        self.has_witness = np.array([cover is not None for cover in covers], np.bool_)
        numbers = [np.array(sorted(set(cover[1])), np.int64) for cover in covers if cover]
        sizes = [len(group) for group in numbers]
        predicate = np.concatenate([np.zeros(0, np.int64), *numbers])
        condition = np.repeat(np.flatnonzero(self.has_witness), sizes)
        order = np.argsort(predicate, kind="stable")
        bounds = np.arange(self.predicates.count + 1)
        self.witness_start = np.searchsorted(predicate[order], bounds).astype(np.int32)
        self.witness_condition = condition[order].astype(np.int32)

    def _assemble(self, compiled: list[Compiled]) -> None:
        code: list[int] = []
        starts = [0]
        self._depth = 1
        for node in compiled:
            self._depth = max(self._depth, emit(node, code, self.predicates.count))
            starts.append(len(code))
        self.code = np.array(code, np.int32)
        self.code_start = np.array(starts, np.int32)

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

    def scan(self, values: Values) -> Hits:
        """Find the true literals of every value."""
        count = len(values.starts)
        starts = np.zeros(count + 1, np.int64)
        out = np.empty(max(_FIRST_ROOM, 8 * count, 2 * int(self._room.sum())), np.int32)
        first = 0
        while first < count:
            first, self._tick = kernels.scan(
                values.text,
                values.starts,
                values.ends,
                values.fields,
                values.odd,
                self.tables,
                self._seen,
                self._room,
                out,
                starts,
                first,
                self._tick,
            )
            if first < count:
                out = np.concatenate([out, np.empty(len(out), np.int32)])
        return Hits(starts, out[: starts[count]])

    def candidates(self, hits: Hits) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return, for each value, the conditions that it is a witness of."""
        firsts = self.witness_start[hits.predicate]
        sizes = self.witness_start[hits.predicate + 1] - firsts
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])
        places = np.arange(ends[-1]) + np.repeat(firsts - ends[:-1], sizes)
        return ends[hits.start], self.witness_condition[places]

    def possible(self, known: Mapping[int, bool]) -> NDArray[np.uint8]:
        """Say which conditions can be true, given some predicates."""
        state = np.full(len(self._stamps), kernels.UNKNOWN, np.uint8)
        for number, is_true in known.items():
            state[number] = kernels.TRUE if is_true else kernels.FALSE
        out = np.zeros(self.condition_count, np.uint8)
        kernels.possible(self.code_start, self.code, state, self._stack, out)
        return out

    def columns(self, values: Values, hits: Hits) -> list[Column]:
        """Return the columns that can matter: something was found there, or somebody asks the field."""
        return [
            column
            for column in values.columns
            if column.field in self._asked_fields
            or hits.start[column.base + column.size] > hits.start[column.base]
        ]

    def leaders(self, values: Values, rows: kernels.Rows, pairs: Pairs) -> NDArray[np.int32]:
        """Return for each pair the position of one that must have the same verdict, often itself."""
        absent = np.int32(-2)
        place = np.full(self.asked.count, absent, np.int32)
        place[rows.columns[:, 1]] = np.arange(len(rows.columns))
        place[OTHER] = -1  # keywords look everywhere
        columns = place[self._fields]
        here = columns != absent
        kept = np.concatenate([np.zeros(1, np.int32), np.cumsum(here, dtype=np.int32)])
        leader = np.empty(pairs.shape[1], np.int32)
        kernels.group(
            rows.codes,
            pairs,
            values.loose_rows(),
            kept[self._field_start],
            columns[here],
            self._slots,
            leader,
        )
        return leader

    def judge(
        self,
        rows: kernels.Rows,
        hits: Hits,
        pairs: Pairs,
        known: tuple[NDArray[np.int64], NDArray[np.uint8]],
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the verdict on each pair, and the (predicate, row) keys to ask.

        A key is ``predicate * rows + row``.
        """
        count = pairs.shape[1]
        verdicts = np.empty(count, np.uint8)
        asked = np.empty(max(_FIRST_ROOM, len(self.code)), np.int64)
        questions = [np.zeros(0, np.int64)]
        first = 0
        while first < count:
            first, number, self._tick = kernels.judge(
                rows,
                *hits,
                pairs,
                self.code_start,
                self.code,
                *known,
                self._stamps,
                self.predicates.count,
                self._stack,
                verdicts,
                asked,
                self._tick,
                first,
            )
            questions.append(asked[:number].copy())
        return verdicts, np.concatenate(questions)
