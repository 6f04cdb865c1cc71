"""What follows what in each log: kinds of event that nearly always come within two seconds, three records on.

For each kind how often it came in a batch, and for each other kind how often that followed; where it nearly
always did, some records that it did not follow. Rows that count one kind in one batch name the same record,
its first, so that a kind without a row of its follower was never followed by it there. Only records are
counted of which the next ones are known: by number, or because the two seconds are over. A burst is *torn*
where numbers lack within it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.gathering.frames import (
    NO_NUMBER,
    NO_TIME,
    RECORD_FIELDS,
    frame_of,
    integers,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.frames import Frame
    from gamekeeper.model.events import EventBatch

#: ``second``: NO_NUMBER in rows that count all cases of ``first``. ``count``: cases or followers; 0 in rows
#: of a record that was not followed.
SCHEMA: Final = pa.schema(
    [
        *RECORD_FIELDS,
        pa.field("first", pa.int32(), nullable=False),
        pa.field("second", pa.int32(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("torn", pa.bool_(), nullable=False),
    ]
)
_WINDOW: Final = 20_000_000
_RECORDS: Final = 3
#: Share of a batch's cases that make a pair worth its rows, and records without their follower that are kept.
_MOST: Final = 0.9
_KEPT: Final = 3


class Successions:
    """Gathers pairs."""

    name = "successions"
    schema = SCHEMA
    key = ("host", "channel", "source", "first", "second", "filetime", "offset", "count")
    is_apart = True

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return one row a log and kind, a pair, and a record without its follower."""
        frame = frame_of(batch)
        found = _followed(frame)
        if not len(found.rows):
            return None
        kinds, kind = np.unique(found.kind, return_inverse=True)
        cases = np.bincount(kind)
        ordered = np.argsort(kind, kind="stable")
        ends = np.cumsum(cases)
        example = ordered[ends - cases]
        at, second, count = [example], [np.full(len(kinds), NO_NUMBER)], [cases]
        for pair, hits in zip(*found.pairs(len(kinds), kind), strict=True):
            of, follower = divmod(int(pair), found.width)
            if hits < _MOST * cases[of] and cases[of] - hits > _KEPT:
                continue
            mine = ordered[ends[of] - cases[of] : ends[of]]
            lacking = mine[~(found.next[mine] == follower).any(axis=1)][:_KEPT]
            at.append(np.append(example[of], lacking))
            second.append(np.full(len(lacking) + 1, found.numbers[follower]))
            count.append(np.append(hits, np.zeros(len(lacking), np.int64)))
        where = np.concatenate(at)
        counts = np.concatenate(count)
        return pa.RecordBatch.from_arrays(
            [
                *frame.records(found.rows[where]),
                pa.array(found.numbers[found.kind[where] % found.width].astype(np.int32)),
                pa.array(np.concatenate(second).astype(np.int32)),
                pa.array(counts),
                pa.array(found.torn[where]),
            ],
            schema=SCHEMA,
        )

    def whole(self, rows: pa.Table) -> pa.Table:
        """Every row stands for itself: what batches say need not be joined."""
        return rows


@dataclass(frozen=True, slots=True)
class _Followed:
    """Records whose followers are known. ``kind``: log and number packed by ``width``.

    ``next``: places of the numbers of the followers, -1 for none.
    """

    rows: NDArray[np.int64]
    kind: NDArray[np.int64]
    next: NDArray[np.int64]
    torn: NDArray[np.bool_]
    numbers: NDArray[np.int64]

    @property
    def width(self) -> int:
        """How many numbers there are."""
        return len(self.numbers)

    def pairs(
        self, kinds: int, kind: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of kind and follower that occur, packed by ``width``, and how often."""
        follows = self.next >= 0
        follows &= self.next != (self.kind % self.width)[:, None]
        for at in range(1, _RECORDS):  # a follower that comes twice is one
            follows[:, at] &= (self.next[:, :at] != self.next[:, at : at + 1]).all(axis=1)
        packed = kind[:, None] * self.width + self.next
        if kinds * self.width <= 1 << 16:
            counts = np.bincount(packed[follows], minlength=1)
            found = np.flatnonzero(counts)
            return found, counts[found]
        return np.unique(packed[follows], return_counts=True)


def _followed(frame: Frame) -> _Followed:
    ids = integers(frame.table.column("EventRecordID"), NO_NUMBER)
    rows = frame.timed[ids[frame.timed] != NO_NUMBER]
    log, number = frame.logs.code[rows], frame.numbers[1][rows]
    ids, time = ids[rows], frame.times[rows]
    steps = np.diff(log)
    if not ((steps > 0) | ((steps == 0) & (np.diff(ids) > 0))).all():
        order = np.lexsort((time, ids, log))
        rows, log, number, ids, time = (part[order] for part in (rows, log, number, ids, time))
    count = len(rows)
    following = np.full((count, _RECORDS), -1)
    known, torn = np.zeros(count, bool), np.zeros(count, bool)
    goes_on = np.ones(count, bool)
    for by in range(1, _RECORDS + 1):
        later = _shifted(log, by, -1) == log
        soon = later & (_shifted(time, by, NO_TIME) - time <= _WINDOW)
        step = _shifted(ids, by, NO_NUMBER) - ids
        known |= goes_on & later & ~soon & (step == by)
        torn |= goes_on & later & (step > by)
        goes_on &= soon & (step == by)
        following[goes_on, by - 1] = _shifted(number, by, -1)[goes_on]
    known |= goes_on | torn
    kind = log * len(frame.numbers[0]) + number
    return _Followed(rows[known], kind[known], following[known], torn[known], frame.numbers[0])


def _shifted(values: NDArray[np.int64], by: int, missing: int) -> NDArray[np.int64]:
    """Return the value so many places on, one by one."""
    return np.append(values[by:], np.full(min(by, len(values)), missing))
