"""How far each log can be trusted, hour by hour."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.integrity.coverage import logs_of
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.rows import some_hosts
from gamekeeper.model.breaks import TIMELINE_SCHEMA, Break, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

#: What is left of a log's trust in an hour that a break touches.
SCORES: Final = {
    Standing.PROVED: 0,
    Standing.LIKELY: 25,
    Standing.POSSIBLE: 60,
    Standing.EXPLAINED: 95,
}
TRUSTED: Final = 100
#: Hours that one break can mark beyond those with events: a hole of years is no million rows.
MOST_HOURS: Final = 24 * 366
_WORST: Final = ("", *(str(standing) for standing in reversed(list(Standing))))

#: By place in ``_WORST``.
_SCORES: Final = np.array(
    [TRUSTED, *(SCORES[standing] for standing in reversed(list(Standing)))], np.int16
)


def timeline(facts: Facts, breaks: Iterable[Break]) -> Iterator[pa.Table]:
    """Yield one row a host, channel and hour in which there are events or a break, of TIMELINE_SCHEMA.

    Rows are in order of host, channel and hour, in tables of some hosts each.
    A break of a whole host marks all of its channels; one without a beginning marks its last hour; one that
    is explained marks hours with events only.
    """
    of_host: dict[str, list[Break]] = defaultdict(list)
    for one in breaks:
        of_host[one.anomaly.host].append(one)
    waiting = sorted(of_host)
    hours = facts.table("hours")
    for part in some_hosts(hours):
        here = waiting[: bisect_right(waiting, part["host"][-1].as_py())]
        del waiting[: len(here)]
        yield _rows(part, [one for host in here for one in of_host[host]])
    if waiting:  # hosts of which no event has a time
        yield _rows(hours.slice(0, 0), [one for host in waiting for one in of_host[host]])


def _rows(hours: pa.Table, found: Sequence[Break]) -> pa.Table:
    """Return the rows of some hosts, of which all hours and breaks are given."""
    spoken = _spoken(hours)
    place, names = logs_of(spoken)
    logs = _Logs(names, found)
    own = np.array([logs.place(*log) for log in names], np.int64)[place]
    hour = spoken["hour"].to_numpy() // HOUR
    order = np.lexsort((hour, own))
    own, hour, events = own[order], hour[order], spoken["events"].to_numpy()[order]
    marks = [_marks(one, logs, own, hour) for one in found]
    places = np.concatenate([own, *(log for log, _, _ in marks)])
    hours = np.concatenate([hour, *(at for _, at, _ in marks)])
    ranks = np.concatenate([np.zeros(len(own), np.int64), *(rank for _, _, rank in marks)])
    counts = np.concatenate([events, np.zeros(len(places) - len(own), np.int64)])
    order = np.lexsort((hours, places))
    places, hours, ranks, counts = (column[order] for column in (places, hours, ranks, counts))
    starts = np.flatnonzero(_changes(places) | _changes(hours))
    if not len(starts):
        return TIMELINE_SCHEMA.empty_table()
    worst = np.maximum.reduceat(ranks, starts)
    columns = [
        pa.array(logs.hosts).take(pa.array(places[starts])),
        pa.array(logs.channels).take(pa.array(places[starts])),
        pa.array(hours[starts] * HOUR),
        pa.array(np.add.reduceat(counts, starts)),
        pa.array(_SCORES[worst]),
        pa.array(_WORST).take(pa.array(worst)),
        pa.array(np.add.reduceat((ranks > 0).astype(np.int32), starts).astype(np.int32)),
    ]
    return pa.Table.from_arrays(columns, schema=TIMELINE_SCHEMA)


class _Logs:
    """All logs with events or breaks, in order of host and channel."""

    def __init__(self, spoken: Sequence[tuple[str, str]], breaks: Iterable[Break]) -> None:
        known = set(spoken)
        known |= {(b.anomaly.host, b.anomaly.channel) for b in breaks if b.anomaly.channel}
        ordered = sorted(known)
        self.hosts = [host for host, _ in ordered]
        self.channels = [channel for _, channel in ordered]
        self._places = {log: at for at, log in enumerate(ordered)}
        self._by_host: dict[str, list[int]] = {}
        for log in spoken:
            self._by_host.setdefault(log[0], []).append(self._places[log])

    def place(self, host: str, channel: str) -> int:
        """Return the place of a log."""
        return self._places[host, channel]

    def touched(self, host: str, channel: str) -> list[int]:
        """Return the logs that a break touches."""
        return [self.place(host, channel)] if channel else sorted(self._by_host.get(host, ()))


def _spoken(hours: pa.Table) -> pa.Table:
    """Return events by cell. Copies of a log overlap: the one with most events speaks for the hour."""
    most = hours.group_by(["host", "channel", "hour"]).aggregate([("events", "max")])
    return most.rename_columns(["host", "channel", "hour", "events"])


def _marks(
    one: Break, logs: _Logs, own: NDArray[np.int64], hour: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the logs and hours that a break touches, and how bad it is there.

    ``own`` and ``hour`` are all logs and hours with events, in order.
    """
    anomaly = one.anomaly
    stop = anomaly.stop if anomaly.stop is not None else anomaly.start
    nothing = np.zeros(0, np.int64)
    if stop is None or not anomaly.host:
        return nothing, nothing, nothing
    first = (anomaly.start if anomaly.start is not None else stop) // HOUR
    last = stop // HOUR
    places = np.array(logs.touched(anomaly.host, anomaly.channel), np.int64)
    if one.standing is Standing.EXPLAINED:
        here = np.concatenate([nothing, *(_within(own, hour, log, first, last) for log in places)])
        log, at = own[here], hour[here]
    else:
        span = np.arange(max(first, last + 1 - MOST_HOURS), last + 1)
        log, at = np.repeat(places, len(span)), np.tile(span, len(places))
    return log, at, np.full(len(log), _WORST.index(one.standing), np.int64)


def _within(
    own: NDArray[np.int64], hour: NDArray[np.int64], log: np.int64, first: int, last: int
) -> NDArray[np.int64]:
    """Return the rows of a log from one hour to another."""
    start, stop = np.searchsorted(own, [log, log + 1])
    low = np.searchsorted(hour[start:stop], first)
    high = np.searchsorted(hour[start:stop], last, side="right")
    return np.arange(start + low, start + high)


def _changes(column: NDArray[np.int64]) -> NDArray[np.bool_]:
    changes = np.ones(len(column), bool)
    changes[1:] = column[1:] != column[:-1]
    return changes
