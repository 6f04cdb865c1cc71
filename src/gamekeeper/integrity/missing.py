"""Records that are in no place where they should be, sorted by what kind of absence it is.

*Cut out*: between two records of a file that holds whole stretches of a log, of which the file's own numbers
lack as well. *Left out*: an export, a collector or a forwarder does not have them. *Between*: the end of one
copy and the beginning of the next. What another copy of the same life of the log holds is not missing; that
the one lacks it may say all the more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.intervals import Intervals
from gamekeeper.integrity.ledger import NO_TIME, known, ledger
from gamekeeper.integrity.lives import lives
from gamekeeper.model.breaks import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy, Rows
    from gamekeeper.integrity.lives import Life
    from gamekeeper.model.findings import SourceAccount

#: Bytes of an EVTX file's header and of each of its chunks.
_HEADER_BYTES: Final = 4096
_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """Records that one copy lacks. ``held``: those of them that other copies of the same life hold."""

    copy: Copy
    first: int
    last: int
    size: int
    start: int | None  # when the record before them was written
    stop: int | None  # the record behind them
    offsets: tuple[int, int]  # where these two begin
    neighbours: tuple[int, int]  # their EventRecordIDs
    turn: int | None
    held: Intervals
    holders: Sequence[Copy]

    @property
    def is_cut_out(self) -> bool:
        """Whether the file's own numbers lack, too, in a file that holds whole stretches."""
        return self.copy.is_whole and self.turn == 0

    @property
    def is_single(self) -> bool:
        """Whether all records from the first to the last are missing; else they lack in several places."""
        return self.size == self.last - self.first + 1

    @property
    def chunks(self) -> tuple[int, int]:
        """The chunks of the records on both sides."""
        before, after = self.offsets
        return chunk_of(before), chunk_of(after)

    def sides(self) -> tuple[Evidence, Evidence]:
        """Return the records on both sides as evidence."""
        (before, after), (first, last) = self.neighbours, self.offsets
        source = self.copy.source
        return (
            Evidence(
                f"record {before} is the last one before the hole",
                source,
                first,
                before,
                self.start,
            ),
            Evidence(f"record {after} is the first one behind it", source, last, after, self.stop),
        )


def chunk_of(offset: int) -> int:
    """Return which chunk of an EVTX file holds a byte."""
    return (offset - _HEADER_BYTES) // _CHUNK_BYTES


def offset_of(chunk: int) -> int:
    """Return where a chunk begins."""
    return _HEADER_BYTES + chunk * _CHUNK_BYTES


def chunks_between(before: int, after: int, account: SourceAccount) -> list[int]:
    """Return the chunks behind one and before another. A file is a ring: the first follows the last.

    >>> from types import SimpleNamespace
    >>> chunks_between(2, 1, SimpleNamespace(evidence={"chunks": 5}))
    [3, 4, 0]
    """
    if after > before:
        return list(range(before + 1, after))
    count = account.evidence.get("chunks")
    total = count if isinstance(count, int) else 0
    return [*range(before + 1, total), *range(after)] if after < before else []


def missing(facts: Facts) -> Sequence[Missing]:
    """Return what each copy lacks between its first and its last record, in order of logs and numbers."""
    return facts.once("missing", lambda facts: list(_missing(facts)))


def cut_out(facts: Facts) -> Sequence[Missing]:
    """Return what files lack that hold whole stretches of a log."""
    return [one for one in missing(facts) if one.is_cut_out]


def _missing(facts: Facts) -> Iterator[Missing]:
    columns = ledger(facts).columns
    for found in lives(facts).values():
        for life in found:
            for copy in life.copies:
                yield from _of(copy, life, columns)


def _of(copy: Copy, life: Life, columns: Rows) -> Iterator[Missing]:
    lacks = _Lacks(copy, life)
    for hole in copy.holes():
        held, holders = lacks.held(hole.first, hole.last)
        yield Missing(
            copy=copy,
            first=hole.first,
            last=hole.last,
            size=hole.size,
            start=hole.start,
            stop=hole.stop,
            offsets=hole.offsets,
            neighbours=(hole.first - 1, hole.last + 1),
            turn=hole.turn,
            held=held,
            holders=holders,
        )
    for row in copy.rows.tolist():
        first, last = int(columns.first[row]), int(columns.last[row])
        size = last - first + 1 - int(columns.count[row])
        if size > 0:
            yield _in_row(copy, row, size, columns, lacks.held(first, last))


def _in_row(
    copy: Copy, row: int, size: int, columns: Rows, others: tuple[Intervals, Sequence[Copy]]
) -> Missing:
    """Return what a sparse row lacks as one: it knows the times at its ends only."""
    first, last = int(columns.first[row]), int(columns.last[row])
    own = columns.present(np.array([row]))
    held = Intervals.union(others[0].within(*hole) for hole in own.holes())
    relations = columns.delta[row], columns.last_delta[row]
    return Missing(
        copy=copy,
        first=first + 1,
        last=last - 1,
        size=size,
        start=known(columns.begin[row]),
        stop=known(columns.end[row]),
        offsets=(int(columns.first_offset[row]), int(columns.last_offset[row])),
        neighbours=(first, last),
        turn=None if NO_TIME in relations else int(relations[1] - relations[0]),
        held=held,
        holders=others[1] if len(held) else (),
    )


@dataclass(slots=True)
class _Lacks:
    """What the other copies of a copy's life hold, looked up when first needed."""

    copy: Copy
    life: Life
    _others: list[tuple[Copy, Intervals]] = field(default_factory=list)
    _is_known: bool = False

    def held(self, first: int, last: int) -> tuple[Intervals, Sequence[Copy]]:
        """Return the numbers in a range that others hold, and who does."""
        if not self._is_known:
            others = [one for one in self.life.copies if one.source != self.copy.source]
            self._others = [
                (one, one.present())
                for one in others
                if one.first < self.copy.last and one.last > self.copy.first
            ]
            self._is_known = True
        parts = [(one, ids.within(first, last)) for one, ids in self._others]
        parts = [(one, ids) for one, ids in parts if len(ids)]
        return Intervals.union(ids for _, ids in parts), [one for one, _ in parts]
