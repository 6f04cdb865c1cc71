"""A log that began again has several lives: record numbers start over, and a number means two records.

EventRecordIDs only ever grow while a log lives, a clear included. So a record that was written clearly
later than one with a higher number, or earlier than one with a lower number, belongs to another life. The
rows of a log are taken in order of time, and each goes to the first life that it does not contradict; a
file that Windows wrote for itself holds one life only.

Blind: a clock that was set back by more than ``SLACK`` in a log of which only scattered records are there
looks like a new life. Rows that follow each other in one file are of one life whatever their times say.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.ledger import NO_TIME, Copy, Rows, ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Log

#: Clocks are set, and writers are late; 100 ns.
SLACK: Final = 10 * 60 * 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """The copies of one life of a log; a copy that holds several lives is in each with its rows of it."""

    copies: Sequence[Copy]
    first: int
    last: int
    begin: int
    end: int


@dataclass(slots=True)
class _Open:
    """A life that still takes rows. ``points``: (EventRecordID, time) at both ends of its rows."""

    points: list[tuple[int, int]] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)

    def takes(self, first: tuple[int, int], last: tuple[int, int]) -> bool:
        """Whether rows from one point to another fit: no higher number earlier, no lower number later.

        Rows that go on where others end, or end where others begin, fit whatever their times say.
        """
        if {first[0] - 1, last[0] + 1} & self.numbers:
            return True
        return self._fits(*first) and self._fits(*last)

    def _fits(self, number: int, time: int) -> bool:
        at = bisect_left(self.points, (number, NO_TIME))
        is_late = at < len(self.points) and self.points[at][1] < time - SLACK
        is_early = at > 0 and self.points[at - 1][1] > time + SLACK
        return not is_late and not is_early


def lives(facts: Facts) -> Mapping[tuple[str, str], Sequence[Life]]:
    """Return the lives of each log in order of their beginning."""
    return facts.once("lives", _lives)


def _lives(facts: Facts) -> dict[tuple[str, str], list[Life]]:
    book = ledger(facts)
    return {(log.host, log.channel): _of(log, book.columns) for log in book.logs}


def _of(log: Log, columns: Rows) -> list[Life]:
    """Return a log's lives; row by row, since a row is many records."""
    found: list[_Open] = []
    pieces = [piece for copy in log.copies for piece in _pieces(copy, columns)]
    for piece in sorted(pieces, key=lambda rows: (_begin(rows, columns), rows)):
        points = list(_points(piece, columns))
        ends = (points[0], points[-1]) if points else None
        life = next((one for one in reversed(found) if ends is None or one.takes(*ends)), None)
        if life is None:
            life = _Open()
            found.append(life)
        life.rows += piece
        for point in points:
            insort(life.points, point)
            life.numbers.add(point[0])
    closed = [_closed(one, log, columns) for one in found]
    return sorted(closed, key=lambda life: (life.begin, life.first))


def _points(rows: Sequence[int], columns: Rows) -> Iterator[tuple[int, int]]:
    for row in rows:
        for number, time in ((columns.first, columns.begin), (columns.last, columns.end)):
            if time[row] != NO_TIME:
                yield int(number[row]), int(time[row])


def _pieces(copy: Copy, columns: Rows) -> list[list[int]]:
    """Return rows of a copy that are of one life in any case, in order of their numbers."""
    rows = copy.rows.tolist()
    if copy.is_whole:
        return [rows]
    pieces: list[list[int]] = []
    for row in rows:
        follows = bool(pieces) and int(columns.last[pieces[-1][-1]]) + 1 == int(columns.first[row])
        untimed = columns.begin[row] == NO_TIME
        if pieces and (follows or untimed):
            pieces[-1].append(row)
        else:
            pieces.append([row])
    return pieces


def _begin(rows: Sequence[int], columns: Rows) -> int:
    return int(columns.begin[rows[0]])


def _closed(life: _Open, log: Log, columns: Rows) -> Life:
    rows = np.array(sorted(life.rows), np.int64)
    copies = []
    for copy in log.copies:
        own = rows[np.isin(rows, copy.rows)]
        if len(own):
            copies.append(Copy(copy.host, copy.channel, copy.source, copy.kind, own, columns))
    times = [time for _, time in life.points] or [NO_TIME]
    first, last = int(columns.first[rows].min()), int(columns.last[rows].max())
    return Life(copies, first, last, min(times), max(times))
