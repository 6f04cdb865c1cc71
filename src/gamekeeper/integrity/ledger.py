"""Which records of each log are there, in which files: the view that all checks of record numbers share.

A *log* is one channel of one host. Each file that holds records of it is a *copy*; a copy is its rows of
the table of spans. Nothing is copied: rows are places in columns. A record that several copies hold is
there once, since copies agree on host, channel and EventRecordID; whether they agree on its time is what
``lives`` and ``diverging_copies`` look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.intervals import Intervals
from gamekeeper.integrity.natures import EXPORT, LIVE_COPY, NATIVE, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

#: Kinds of copies that hold whole stretches of a log as Windows wrote it, chunk by chunk.
WHOLE: Final = frozenset({NATIVE, LIVE_COPY, EXPORT})
NO_TIME: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The columns of the table of spans; ``NO_TIME`` stands for a time or a relation that is not known."""

    source: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    first_offset: NDArray[np.int64]
    last_offset: NDArray[np.int64]
    count: NDArray[np.int64]
    delta: NDArray[np.int64]
    last_delta: NDArray[np.int64]
    steps: pa.Array

    @classmethod
    def of(cls, spans: pa.Table) -> Rows:
        """Return a table's columns."""

        def column(name: str) -> NDArray[np.int64]:
            values = spans[name].fill_null(NO_TIME) if spans[name].null_count else spans[name]
            return np.asarray(values.to_numpy(), np.int64)

        return cls(
            source=column("source"),
            first=column("first_id"),
            last=column("last_id"),
            begin=column("first_time"),
            end=column("last_time"),
            first_offset=column("first_offset"),
            last_offset=column("last_offset"),
            count=column("count"),
            delta=column("delta"),
            last_delta=column("last_delta"),
            steps=spans["steps"].combine_chunks(),
        )

    def is_plain(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of some rows have all records from their first to their last."""
        is_plain: NDArray[np.bool_] = self.last[rows] - self.first[rows] + 1 == self.count[rows]
        return is_plain

    def present(self, rows: NDArray[np.int64]) -> Intervals:
        """Return the EventRecordIDs of some rows."""
        first, last, plain = self.first[rows], self.last[rows], self.is_plain(rows)
        parts = [Intervals(first[plain], last[plain])]
        for row in rows[~plain].tolist():
            steps = np.frombuffer(self.steps[row].as_py() or b"", "<u2").astype(np.int64)
            ids = self.first[row] + np.append(0, np.cumsum(steps))
            parts.append(Intervals(ids, ids))
        return Intervals.union(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """The records of one log that one file holds. ``rows``: in order of their numbers."""

    host: str
    channel: str
    source: int
    kind: str  # of the file: see ``natures``
    rows: NDArray[np.int64]
    _columns: Rows

    @property
    def is_whole(self) -> bool:
        """Whether the file holds stretches of the log as Windows wrote them."""
        return self.kind in WHOLE

    @property
    def first(self) -> int:
        """The lowest EventRecordID."""
        return int(self._columns.first[self.rows].min())

    @property
    def last(self) -> int:
        """The highest EventRecordID."""
        return int(self._columns.last[self.rows].max())

    @property
    def first_offset(self) -> int:
        """Where the record with the lowest number begins in the file."""
        return int(self._columns.first_offset[self.rows[0]])

    @property
    def last_offset(self) -> int:
        """Where the record with the highest number begins in the file."""
        row = self.rows[np.argmax(self._columns.last[self.rows])]
        return int(self._columns.last_offset[row])

    @property
    def begin(self) -> int | None:
        """The earliest time that is known."""
        times = self._columns.begin[self.rows]
        known = times[times != NO_TIME]
        return int(known.min()) if len(known) else None

    @property
    def end(self) -> int | None:
        """The latest time that is known."""
        times = self._columns.end[self.rows]
        known = times[times != NO_TIME]
        return int(known.max()) if len(known) else None

    @property
    def count(self) -> int:
        """Records."""
        return int(self._columns.count[self.rows].sum())

    def present(self) -> Intervals:
        """Return the EventRecordIDs."""
        return self._columns.present(self.rows)

    def reaches_back(self, record: int, time: int) -> bool:
        """Say whether no record is missing between one and another that was written by a time."""
        stretch = next((s for s in self.present() if s[0] <= record <= s[1]), None)
        begin = self._columns.begin[self.rows]
        of_it = self._columns.first[self.rows] >= (stretch[0] if stretch else record + 1)
        of_it &= self._columns.first[self.rows] <= record
        return bool((of_it & (begin != NO_TIME) & (begin <= time)).any())

    def holes(self) -> Iterator[Hole]:
        """Yield the stretches that are missing between two of the copy's rows."""
        rows = self.rows
        here = np.flatnonzero(self._columns.first[rows[1:]] > self._columns.last[rows[:-1]] + 1)
        for at in here.tolist():
            yield Hole(self, int(rows[at]), int(rows[at + 1]), self._columns)


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """Records that are missing between two rows of a copy."""

    copy: Copy
    before: int  # row
    after: int
    _columns: Rows

    @property
    def first(self) -> int:
        """The first EventRecordID that is missing."""
        return int(self._columns.last[self.before]) + 1

    @property
    def last(self) -> int:
        """The last EventRecordID that is missing."""
        return int(self._columns.first[self.after]) - 1

    @property
    def size(self) -> int:
        """How many are missing."""
        return self.last - self.first + 1

    @property
    def start(self) -> int | None:
        """When the last record before the hole was written."""
        return known(self._columns.end[self.before])

    @property
    def stop(self) -> int | None:
        """When the first record behind the hole was written."""
        return known(self._columns.begin[self.after])

    @property
    def offsets(self) -> tuple[int, int]:
        """Where the records on both sides begin in the file."""
        columns = self._columns
        return int(columns.last_offset[self.before]), int(columns.first_offset[self.after])

    @property
    def turn(self) -> int | None:
        """By how much the relation of header number and EventRecordID changes over the hole: 0 where the
        header's numbers are missing, too; minus its size where they go on."""
        before, after = self._columns.last_delta[self.before], self._columns.delta[self.after]
        return None if NO_TIME in (before, after) else int(after - before)


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """One channel of one host."""

    host: str
    channel: str
    copies: Sequence[Copy]

    def others(self, copy: Copy) -> list[Copy]:
        """Return the copies beside one."""
        return [other for other in self.copies if other is not copy]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """All logs in order of host and channel."""

    columns: Rows
    logs: Sequence[Log]
    _by_host: Mapping[str, Mapping[str, Log]]

    def of(self, host: str) -> Sequence[Log]:
        """Return the logs of a host."""
        return list(self._by_host.get(host, {}).values())

    def log(self, host: str, channel: str) -> Log | None:
        """Return a channel of a host."""
        return self._by_host.get(host, {}).get(channel)


def ledger(facts: Facts) -> Ledger:
    """Return the ledger of all logs."""
    return facts.once("ledger", _ledger)


def _ledger(facts: Facts) -> Ledger:
    spans = facts.table("spans")
    columns = Rows.of(spans)
    hosts, channels = (spans[n].combine_chunks().dictionary_encode() for n in ("host", "channel"))
    host, channel = hosts.indices.to_numpy(), channels.indices.to_numpy()
    changed = np.zeros(len(host), bool)
    changed[:1] = True
    for codes in (host, channel, columns.source):
        changed[1:] |= codes[1:] != codes[:-1]
    starts = np.flatnonzero(changed)
    by_log: dict[tuple[str, str], list[Copy]] = {}
    for start, stop in pairwise([*starts.tolist(), len(host)]):
        of = (hosts.dictionary[host[start]].as_py(), channels.dictionary[channel[start]].as_py())
        source = int(columns.source[start])
        copy = Copy(*of, source, kind_of(facts, source), np.arange(start, stop), columns)
        by_log.setdefault(of, []).append(copy)
    by_host: dict[str, dict[str, Log]] = {}
    for (on, name), copies in by_log.items():
        by_host.setdefault(on, {})[name] = Log(on, name, copies)
    return Ledger(columns, [log for logs in by_host.values() for log in logs.values()], by_host)


def known(time: np.int64) -> int | None:
    """Return a time; None where it is not known."""
    return None if time == NO_TIME else int(time)
