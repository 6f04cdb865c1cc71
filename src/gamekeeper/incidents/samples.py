"""The few matches that are kept with each finding: its first ones and its last.

Copies of one event are passed over where they can be, so that five samples are five events. A value of
more than :data:`VALUE_LIMIT` characters is cut, and says so; path and offset lead to the whole of it. So is a
long list of contributing records, which ``matches.jsonl`` has whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, overload

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.incidents.json_text import dumps
from gamekeeper.incidents.records import MatchLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gamekeeper.incidents.grouping import Limits
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.model.findings import SourceAccount

#: Characters of one value of ``fields`` that a sample keeps.
VALUE_LIMIT: Final = 4_096
#: Ids of contributing records that a sample of a correlation keeps.
IDS_LIMIT: Final = 100
_LINE_LIMIT: Final = 2 * VALUE_LIMIT


class Lines(Sequence[dict[str, object]]):
    """Samples of a finding as JSON lines, each read when it is asked for.

    As objects they take four times the memory, for as long as the result lives.
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = tuple(lines)

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> dict[str, object]: ...
    @overload
    def __getitem__(self, at: slice) -> Lines: ...
    def __getitem__(self, at: int | slice) -> dict[str, object] | Lines:
        if isinstance(at, slice):
            return Lines(self._lines[at])
        sample: dict[str, object] = orjson.loads(self._lines[at])
        return sample

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._lines)

    def __repr__(self) -> str:
        return repr(tuple(self))


class Samples:
    """Collects samples by group number, as JSON lines until they are asked for."""

    def __init__(
        self, rules: Sequence[RuleLike], sources: Sequence[SourceAccount], limits: Limits
    ) -> None:
        self._lines = MatchLines(rules, sources)
        self._limits = limits
        self._spent = 0
        self._first: list[list[bytes]] = []
        self._last: list[bytes] = []

    def add(
        self, batch: pa.RecordBatch, numbers: NDArray[np.int64], is_new: NDArray[np.bool_]
    ) -> None:
        """Look at a batch's rows; only those of events not met before are taken."""
        rows = np.flatnonzero(is_new)
        if not len(rows) or self._limits.samples < 1:
            return
        rows = rows[np.argsort(numbers[rows], kind="stable")]
        groups, starts = np.unique(numbers[rows], return_index=True)
        while len(self._first) <= groups[-1]:
            self._first.append([])
            self._last.append(b"")
        ends = np.append(starts[1:], len(rows))
        firsts: list[tuple[int, int]] = []
        lasts: list[tuple[int, int]] = []
        for number, start, end in zip(groups.tolist(), starts, ends, strict=True):
            room = self._room(number)
            firsts += [(number, row) for row in rows[start : min(end, start + room)].tolist()]
            if end - start > room and self._limits.samples > 1:
                lasts.append((number, int(rows[end - 1])))
        self._keep(batch, firsts, lasts)

    def of(self, number: int) -> Sequence[dict[str, object]]:
        """Return a group's samples in order of time."""
        if number >= len(self._first):
            return ()
        last = self._last[number]
        lines = [*self._first[number], *([last] if last else [])]
        return Lines(lines)

    def _room(self, number: int) -> int:
        kept = len(self._first[number])
        wanted = max(self._limits.samples - 1, 1)
        return max((wanted if self._spent < self._limits.sample_bytes else 1) - kept, 0)

    def _keep(
        self,
        batch: pa.RecordBatch,
        firsts: list[tuple[int, int]],
        lasts: list[tuple[int, int]],
    ) -> None:
        rows = pa.array([row for _, row in (*firsts, *lasts)], pa.int64())
        lines = [_cut(line) for line in self._lines.lines(batch.take(rows)).to_pylist()]
        for (number, _), line in zip(firsts, lines[: len(firsts)], strict=True):
            self._first[number].append(line)
            self._spent += len(line)
        for (number, _), line in zip(lasts, lines[len(firsts) :], strict=True):
            if self._spent < self._limits.sample_bytes or self._last[number]:
                self._spent += len(line) - len(self._last[number])
                self._last[number] = line


def _cut(line: str) -> bytes:
    if len(line) <= _LINE_LIMIT:
        return line.encode()
    match = orjson.loads(line)
    match["fields"] = {name: cut_value(value) for name, value in match["fields"].items()}
    ids = match.get("contributing", ())
    if len(ids) > IDS_LIMIT:
        match["contributing"] = [*ids[:IDS_LIMIT], f"… ({len(ids) - IDS_LIMIT} more)"]
    return dumps(match)


def cut_value(value: object, limit: int = VALUE_LIMIT) -> object:
    """Return a field's value with at most ``limit`` characters, and how many are left out."""
    if isinstance(value, list):
        kept = [cut_value(item, limit // 4) for item in value[:4]]
        return [*kept, f"… ({len(value) - 4} more values)"] if len(value) > 4 else kept
    if not isinstance(value, str) or len(value) <= limit:
        return value
    return f"{value[:limit]}… ({len(value) - limit} more characters)"
