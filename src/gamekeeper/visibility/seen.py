"""Counts of events by host and day, asked of the facts by log, number, variant and field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.model.breaks import Evidence
from gamekeeper.visibility.scope import reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.visibility.scope import Scope

    Grid = NDArray[np.int64]
    Mask = NDArray[np.bool_]

#: Events that fit into one chunk of a log file, at least.
FEW = 100
#: Records that are named as evidence of one statement.
EXAMPLES = 5


class Seen:
    """The tables ``presence`` and ``hours`` as cells of a scope: hosts by days."""

    def __init__(self, facts: Facts, scope: Scope) -> None:
        self.scope = scope
        self._table = facts.table("presence")
        host = _coded(self._table["host"])
        self._host = _rows(scope, *host)
        self._day = scope.day_columns(self._table["day"].to_numpy()).astype(np.int32)
        self._words = {name: _coded(self._table[name]) for name in ("channel", "variant", "field")}
        self._code = self._table["code"].to_numpy()
        self._events = self._table["events"].to_numpy()
        self._in_scope = (self._host >= 0) & (self._day >= 0)
        self._of_channel: dict[str, NDArray[np.int64]] = {}
        hours = facts.table("hours")
        self._hour = (hours["hour"].to_numpy() // HOUR).astype(np.int32)
        self._hour_channel = _coded(hours["channel"])
        self._hour_host = _rows(scope, *_coded(hours["host"]))

    def channels(self) -> list[str]:
        """Return the logs that spoke, in order of name."""
        return sorted(self._hour_channel[0])

    def rows(
        self, channel: str, ids: Iterable[int] = (), variant: str | None = None, field: str = ""
    ) -> NDArray[np.int64]:
        """Return the rows of the table of these events; without ids, of all."""
        if channel not in self._of_channel:
            named = self._is("channel", channel) & self._in_scope
            self._of_channel[channel] = np.flatnonzero(named)
        rows = self._of_channel[channel]
        chosen = self._is("field", field)[rows]
        wanted = list(ids)
        if wanted:
            chosen &= np.isin(self._code[rows], wanted)
        if variant is not None:
            chosen &= self._is("variant", variant)[rows]
        found: NDArray[np.int64] = rows[chosen]
        return found

    def _is(self, column: str, word: str) -> Mask:
        words, codes = self._words[column]
        mask: Mask = codes == (words.index(word) if word in words else -2)
        return mask

    def events(
        self, channel: str, ids: Iterable[int] = (), variant: str | None = None, field: str = ""
    ) -> Grid:
        """Return how many of these events each cell has."""
        rows = self.rows(channel, ids, variant, field)
        grid = np.zeros(self.scope.shape, np.int64)
        np.add.at(grid, (self._host[rows], self._day[rows]), self._events[rows])
        return grid

    def examples(
        self, channel: str, ids: Iterable[int] = (), variant: str | None = None
    ) -> tuple[Evidence, ...]:
        """Return some records of these events, one a host and day at most."""
        rows = self.rows(channel, ids, variant)[:EXAMPLES]
        found = self._table.take(rows).select(["source", "offset", "code", "events", "day"])
        return tuple(
            Evidence(
                f"event {row['code']}, the first of {row['events']:,} of its kind on its day",
                row["source"],
                row["offset"],
                None,
                row["day"],
            )
            for row in found.to_pylist()
        )

    def hours_of(self, channel: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return host and hour number of each hour in which a log spoke."""
        words, codes = self._hour_channel
        at = words.index(channel) if channel in words else -2
        rows = np.flatnonzero((codes == at) & (self._hour_host >= 0))
        return self._hour_host[rows].astype(np.int64), self._hour[rows].astype(np.int64)

    def reach_of(self, channel: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and last hour that a log covers on each host.

        Fewer events than one chunk of a log file holds cannot have pushed older ones out, and come in
        bursts: such a log is asked for its days, not its hours.
        """
        host, hour = self.hours_of(channel)
        hosts = len(self.scope.hosts)
        first, last = reach(host, hour, hosts)
        from_day, to_day = reach(host, hour // 24, hosts)
        is_few = self.events(channel).sum(axis=1) < FEW
        return (
            np.where(is_few, np.minimum(first, from_day * 24), first),
            np.where(is_few, np.maximum(last, to_day * 24 + 23), last),
        )


def _coded(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    coded = column.combine_chunks().dictionary_encode()
    codes: NDArray[np.int32] = coded.indices.to_numpy()
    return coded.dictionary.to_pylist(), codes


def _rows(scope: Scope, names: list[str], codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the row of each host in a scope; millions of rows count, so four bytes each."""
    if not len(codes):
        return codes
    found: NDArray[np.int32] = scope.host_rows(names).astype(np.int32)[codes]
    return found
