"""One batch as gatherers look at it: plain arrays of the columns that they share, each made once.

A hunt of many small files has many small batches, so that what is done a batch counts as much as what is done
a row. Gatherers of few events ask for the rows of their event ids first, which costs a look at distinct ids.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.engine.columnar.values import distinct_of
from gamekeeper.integrity.gathering.groups import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gamekeeper.integrity.gathering.groups import Logs
    from gamekeeper.model.events import EventBatch

NO_TIME: Final = np.iinfo(np.int64).min
NO_NUMBER: Final = -1

#: What names a log, and what names a record of it: how most tables of facts begin.
LOG_FIELDS: Final = (
    pa.field("host", pa.utf8(), nullable=False),
    pa.field("channel", pa.utf8(), nullable=False),
    pa.field("source", pa.int32(), nullable=False),
)
RECORD_FIELDS: Final = (
    *LOG_FIELDS,
    pa.field("offset", pa.int64(), nullable=False),
    pa.field("record", pa.int64()),
    pa.field("filetime", pa.int64()),
)


class Frame:
    """A batch with what gatherers ask of it."""

    def __init__(self, batch: EventBatch) -> None:
        self.batch = batch
        self.table = batch.table

    @cached_property
    def logs(self) -> Logs:
        """The logs of its live events."""
        return grouped(self.batch)

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """Each row's FILETIME, :data:`NO_TIME` where it has none."""
        return integers(self.table.column("event.filetime"), NO_TIME)

    @cached_property
    def timed(self) -> NDArray[np.int64]:
        """Rows of live events with a time."""
        return np.flatnonzero((self.times != NO_TIME) & (self.logs.code >= 0))

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Where each record stands in its file."""
        found: NDArray[np.int64] = self.table.column("event.offset").to_numpy()
        return found

    @cached_property
    def numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The distinct event ids, and each row's place among them."""
        asked = integers(self.table.column("EventID"), NO_NUMBER).astype(np.int64)
        least = int(asked.min())
        numbers, places = distinct_of(asked - least, int(asked.max()) - least + 1)
        return numbers + least, places

    def numbered(self, ids: Iterable[int]) -> NDArray[np.int64]:
        """Return the rows of live events with one of some event ids."""
        numbers, place = self.numbers
        wanted = frozenset(ids)
        chosen = np.array([number in wanted for number in numbers.tolist()], bool)
        if not chosen.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(chosen[place] & (self.logs.code >= 0))

    def records(self, rows: NDArray[np.int64]) -> list[pa.Array]:
        """Return the columns of :data:`RECORD_FIELDS` for some rows of live events."""
        return [
            *self.logs.columns(self.logs.code[rows]),
            pa.array(self.offsets[rows]),
            self.integers("EventRecordID", rows),
            self.integers("event.filetime", rows),
        ]

    def integers(self, name: str, rows: NDArray[np.int64]) -> pa.Array:
        """Return a column of integers for some rows."""
        column = self.table.column(name)
        if column.null_count:
            return column.take(pa.array(rows))
        return pa.array(column.to_numpy()[rows])


#: The frame of the batch that was asked for last: gatherers ask for the same one in turn.
_latest: list[Frame] = []


def frame_of(batch: EventBatch) -> Frame:
    """Return the frame of a batch; made once for all gatherers."""
    if not _latest or _latest[0].batch is not batch:
        _latest[:] = [Frame(batch)]
    return _latest[0]


def forget() -> None:
    """Let go of the latest batch."""
    _latest.clear()


def integers(column: pa.Array, missing: int) -> NDArray[np.int64]:
    """Return a column of integers with a number for what is missing."""
    filled = column.fill_null(pa.scalar(missing, column.type)) if column.null_count else column
    found: NDArray[np.int64] = filled.to_numpy()
    return found


def first_of_each(parts: Iterable[NDArray[np.integer]]) -> NDArray[np.bool_]:
    """Return where any of some sorted arrays changes: the first row of each group."""
    changed: NDArray[np.bool_] | None = None
    for part in parts:
        if changed is None:
            changed = np.ones(len(part), bool)
            changed[1:] = False
        changed[1:] |= part[1:] != part[:-1]
    assert changed is not None
    return changed
