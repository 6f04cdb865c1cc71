"""Record numbers that were given twice.

Sees: in one copy of a log, a place where all later records begin a little way back, with numbers that earlier
ones bear already. So it looks at a collector when records were taken out of a host's log and the rest was
numbered anew: it had the records before, and gets their numbers once more with the next ones.

What else explains it: a machine that was set back to a snapshot, whose other logs step back as well (then it
is *possible* only), or one that was installed anew. Another machine of the same name numbers elsewhere: a
step counts only where it is at most a hundredth of the numbers themselves, so that chance rarely puts it
there.

Blind: a collector that had not read the records before they were taken; one whose subscription passes over
the very numbers that come twice; a log that was numbered anew from its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.intervals import Intervals
from gamekeeper.integrity.ledger import NO_TIME, ledger
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Copy, Rows

#: Steps of one copy that are told one by one.
_SHOWN: Final = 20
#: How many times the step the numbers must be.
_TIMES: Final = 100
#: A machine's logs step back together within this time: each at its own first record.
_TOGETHER: Final = 24 * 3_600 * 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One step back. ``before``: the row of the highest number so far, ``after``: the first one behind."""

    copy: Copy
    before: int
    after: int
    twice: Intervals


class GivenTwice:
    """Looks for steps back."""

    name = "given_twice"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a step."""
        book = ledger(facts)
        found = [
            step for log in book.logs for copy in log.copies for step in _steps(copy, book.columns)
        ]
        for step in found:
            yield _anomaly(step, book.columns, is_shared=_is_shared(step, found, book.columns))


def _steps(copy: Copy, columns: Rows) -> Iterator[_Step]:
    rows = copy.rows[columns.begin[copy.rows] != NO_TIME]
    rows = rows[np.argsort(columns.begin[rows], kind="stable")]
    if len(rows) < 2:
        return
    first, last = columns.first[rows], columns.last[rows]
    is_back = (first[1:] <= last[:-1]) & (
        columns.begin[rows[1:]] > np.maximum.accumulate(columns.end[rows])[:-1]
    )
    steps = np.maximum.accumulate(last)[:-1] - first[1:] + 1
    for at in np.flatnonzero(is_back & (steps * _TIMES <= first[1:]))[:_SHOWN].tolist():
        earlier, later = rows[: at + 1], rows[at + 1 :]
        twice = _twice(earlier, later, columns)
        if len(twice):
            yield _Step(copy, int(earlier[np.argmax(last[: at + 1])]), int(later[0]), twice)


def _twice(earlier: NDArray[np.int64], later: NDArray[np.int64], columns: Rows) -> Intervals:
    """Return the numbers that earlier and later rows have."""
    low, high = columns.first[later[0]], columns.last[earlier].max()
    given = columns.present(earlier[columns.last[earlier] >= low])
    again = columns.present(later[columns.first[later] <= high])
    return Intervals.union(given.within(*run) for run in again)


def _is_shared(step: _Step, found: list[_Step], columns: Rows) -> bool:
    """Whether another log of the host stepped back about then."""
    time = columns.begin[step.after]
    return any(
        other.copy.host == step.copy.host
        and other.copy.channel != step.copy.channel
        and abs(columns.begin[other.after] - time) <= _TOGETHER
        for other in found
    )


def _anomaly(step: _Step, columns: Rows, *, is_shared: bool) -> Anomaly:
    copy, before, after = step.copy, step.before, step.after
    first, last = int(step.twice.first[0]), int(step.twice.last[-1])
    ends = int(columns.end[before]), int(columns.begin[after])
    high, low = int(columns.last[before]), int(columns.first[after])
    named = (
        f"record number {first} was" if first == last else f"record numbers {first} to {last} were"
    )
    return Anomaly(
        check=GivenTwice.name,
        text=f"{named} given twice: after {high} the log goes on with {low}",
        tampering="records renumbered",
        strength=Strength.WEAK if is_shared else Strength.STRONG,
        host=copy.host,
        channel=copy.channel,
        start=ends[0],
        stop=ends[1],
        records=(first, last),
        source=copy.source,
        evidence=(
            Evidence(
                "the highest number so far",
                copy.source,
                int(columns.last_offset[before]),
                high,
                ends[0],
            ),
            Evidence(
                "the next record", copy.source, int(columns.first_offset[after]), low, ends[1]
            ),
        ),
        innocent=("reimage",),
        techniques=("T1070.001",),
    )
