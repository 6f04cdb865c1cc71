"""Questions that the scan cannot answer, asked of single values by the slow truth's own words."""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.columnar.kernels import TRUE, UNKNOWN, Questions
from gamekeeper.engine.columnar.values import TYPED, distinct_of
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import REFERENCES, Op, Predicate
from gamekeeper.rules.truth import asking, refers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gamekeeper.engine.columnar.kernels import Hits, Pairs, Rows
    from gamekeeper.engine.columnar.program import Program
    from gamekeeper.engine.columnar.values import Values

#: Answers kept between batches, and the longest value that is kept as it is.
_MEMORY: Final = 1 << 16
_MEMORY_TEXT: Final = 256


class Answers:
    """Asks slow predicates, and remembers what it was told; forgetting costs time only."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._slow = program.predicates.slow
        self._asked = program.asked
        self._tests: dict[int, Callable[[str], bool]] = {}
        self._memory: dict[int, dict[str | bytes, bool]] = defaultdict(dict)
        self._remembered = 0

    def decide(self, values: Values, hits: Hits, rows: Rows, pairs: Pairs) -> NDArray[np.bool_]:
        """Say which (row, condition) pairs hold; pairs come sorted by row."""
        leaders, leader = self._program.leaders(values, rows, pairs)
        verdicts, questions = self._program.judge(rows, hits, leaders)
        open_pairs = np.flatnonzero(verdicts == UNKNOWN)
        if len(open_pairs):
            known = self.answer(questions, values)
            verdicts[open_pairs], _ = self._program.judge(
                rows, hits, leaders.take(open_pairs), known
            )
        true: NDArray[np.bool_] = (verdicts == TRUE)[leader]
        return true

    def answer(self, questions: Questions, values: Values) -> Questions:
        """Return the questions with their answers."""
        order = np.argsort(questions.predicates, kind="stable")
        numbers, rows = questions.predicates[order], questions.rows[order]
        answers = np.zeros(len(order), np.uint8)
        starts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        for start, stop in zip(starts, [*starts[1:], len(order)], strict=True):
            number = int(numbers[start])
            answers[order[start:stop]] = self._ask(number, rows[start:stop], values)
        return Questions(questions.predicates, questions.rows, answers)

    def _ask(self, number: int, rows: NDArray[np.int32], values: Values) -> NDArray[np.bool_]:
        predicate = self._slow[number]
        if predicate.op in REFERENCES and predicate.name:
            fields = [self._asked.number(fold(name)) for name in (predicate.name, predicate.value)]
            if not any(values.has_extras(field) for field in fields):
                return _of_columns(predicate, fields, rows, values)
        elif predicate.name:
            return self._of_field(number, rows, values)
        # Keywords, and references to repeated fields: rare enough to go through the open rows.
        return np.array([self._of_row(number, row, values) for row in rows.tolist()], np.bool_)

    def _of_field(self, number: int, rows: NDArray[np.int32], values: Values) -> NDArray[np.bool_]:
        wanted = self._asked.number(fold(self._slow[number].name))
        found = np.zeros(len(rows), np.bool_)
        column = values.column(wanted)
        if column is not None:
            # The absent value, -1, is the first one here.
            distinct, inverse = distinct_of(column.codes[rows] + 1, column.size + 1)
            texts = values.strings(column, distinct[distinct > 0] - 1)
            told = self._told(number, texts)
            found = np.array([False] * (len(distinct) - len(told)) + told, np.bool_)[inverse]
        if values.has_extras(wanted):
            for index in np.flatnonzero(~found).tolist():
                found[index] = any(
                    self._holds(number, values.string(int(values.extra_value[extra])))
                    for extra in values.extras_of(int(rows[index]))
                    if values.extra_field[extra] == wanted
                )
        return found

    def _holds(self, number: int, text: str) -> bool:
        return self._told(number, [text])[0]

    def _told(self, number: int, texts: list[str]) -> list[bool]:
        """Say for each text whether it satisfies a predicate."""
        if number not in self._tests:
            self._tests[number] = asking(self._slow[number])
        if self._remembered >= _MEMORY:
            self._memory.clear()
            self._remembered = 0
        test, memory, told = self._tests[number], self._memory[number], []
        before = len(memory)
        for text in texts:
            key = text if len(text) <= _MEMORY_TEXT else _digest(text)
            known = memory.get(key)
            if known is None:
                known = memory[key] = test(text)
            told.append(known)
        self._remembered += len(memory) - before
        return told

    def _of_row(self, number: int, row: int, values: Values) -> bool:
        predicate = self._slow[number]
        mine = self._held(predicate.name, row, values)
        if predicate.op is Op.NULL:
            return not mine
        if predicate.op is Op.EXISTS:
            return bool(mine) == (predicate.value == "true")
        if predicate.op in REFERENCES:
            others = self._held(predicate.value, row, values)
            return any(refers(predicate, value, other) for value in mine for other in others)
        return any(self._holds(number, text) for text in mine)

    def _held(self, name: str, row: int, values: Values) -> list[str]:
        """Return every value of a field on a row; for keywords, of every field that they see."""
        if name:
            wanted = self._asked.number(fold(name))
            found = [value for _, field, value in values.held(row) if field == wanted]
        else:
            found = [value for held, _, value in values.held(row) if fold(held) not in TYPED]
        return [values.string(value) for value in found]


def _of_columns(
    predicate: Predicate, fields: list[int], rows: NDArray[np.int32], values: Values
) -> NDArray[np.bool_]:
    """Compare two columns, each distinct pair of values once."""
    first, second = (values.column(field) for field in fields)
    found = np.zeros(len(rows), np.bool_)
    if first is None or second is None:
        return found
    here = (first.codes[rows] >= 0) & (second.codes[rows] >= 0)
    left, right = first.codes[rows[here]].astype(np.int64), second.codes[rows[here]]
    distinct, inverse = np.unique(left * second.size + right, return_inverse=True)
    lefts, rights = np.divmod(distinct, second.size)
    texts = zip(values.strings(first, lefts), values.strings(second, rights), strict=True)
    told = [refers(predicate, value, other) for value, other in texts]
    found[here] = np.array(told, np.bool_)[inverse]
    return found


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
