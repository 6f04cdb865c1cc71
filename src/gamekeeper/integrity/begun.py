"""What began in each host's logs under an id, and since when a log is whole: the ground for orphans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from gamekeeper.integrity.gathering.starts import packed
from gamekeeper.integrity.ledger import NO_TIME, ledger
from gamekeeper.integrity.missing import cut_out

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

#: A start and what names it may be written in turned order; 100 ns.
_SLACK: Final = 10_000_000


def ids_begun(starts: pa.Table, kind: int) -> NDArray[np.int64]:
    """Return the ids in rows of the table of starts of one kind, in order."""
    own = starts.filter(pc.equal(starts["kind"], kind))
    kept = b"".join(own["ids"].to_pylist())
    return np.unique(np.frombuffer(kept, "<i8").astype(np.int64))


def has_begun(
    begun: NDArray[np.int64],
    ids: NDArray[np.int64],
    kind: int,
    since: NDArray[np.int64],
    until: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which ids began: a ProcessGuid at any time, others, which come again, between two times each."""
    if kind == 0 or not len(begun):
        return np.isin(ids, begun)
    low = np.searchsorted(begun, packed(ids, since - _SLACK))
    high = np.searchsorted(begun, packed(ids, until + _SLACK), side="right")
    found: NDArray[np.bool_] = high > low
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Stretches of time in which a log has all of its records, in order, save those that were cut out of it.

    ``holes``: when such records were written.
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    holes: tuple[tuple[int, int], ...]

    def covers(self, start: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which stretches of time lie within one of them."""
        if not len(self.begin):
            return np.zeros(len(start), bool)
        at = np.searchsorted(self.begin, start, side="right") - 1
        covered: NDArray[np.bool_] = (at >= 0) & (self.end[at] >= stop)
        return covered

    def cut(self, start: int, stop: int) -> bool:
        """Whether records were cut out between two times."""
        return any(first <= stop and last >= start for first, last in self.holes)


def whole(facts: Facts, host: str, channel: str) -> Whole:
    """Return when a log is whole by its numbers, over all copies; what was cut out does not divide it."""
    log = ledger(facts).log(host, channel)
    nothing = np.zeros(0, np.int64)
    if log is None:
        return Whole(nothing, nothing, ())
    columns = ledger(facts).columns
    rows = np.concatenate([copy.rows for copy in log.copies])
    rows = rows[columns.is_plain(rows) & (columns.begin[rows] != NO_TIME)]
    rows = rows[np.argsort(columns.first[rows], kind="stable")]
    holes = [one for one in cut_out(facts) if (one.copy.host, one.copy.channel) == (host, channel)]
    first, last = columns.first[rows], columns.last[rows]
    mended = np.array([one.first for one in holes], np.int64)
    reach = np.maximum.accumulate(last) if len(last) else last
    opens = np.ones(len(rows), bool)
    opens[1:] = (first[1:] > reach[:-1] + 1) & ~np.isin(reach[:-1] + 1, mended)
    starts = np.flatnonzero(opens)
    if not len(starts):
        return Whole(nothing, nothing, ())
    begin = np.minimum.reduceat(columns.begin[rows], starts)
    end = np.maximum.reduceat(columns.end[rows], starts)
    order = np.argsort(begin, kind="stable")
    times = [(one.start, one.stop) for one in holes]
    known = tuple((a, b) for a, b in times if a is not None and b is not None)
    return Whole(begin[order], end[order], known)
