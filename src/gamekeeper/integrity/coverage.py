"""When each host's channels spoke, from counts by hour: what checks ask before they call anything missing.

Times within one hour are known by its first and last event only. Copies of one log count once: the
fullest copy speaks for an hour. What other tools say about a host is no sign of its life.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.integrity.rows import some_hosts
from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

_ALERTS: Final = "alerts.tools"


@dataclass(frozen=True, slots=True)
class Presence:
    """Hours in which something spoke, in order: their starts, counts, first and last events."""

    hour: NDArray[np.int64]
    events: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def spoke(self, start: int, stop: int) -> bool:
        """Say whether an event is known to lie between two times, both included."""
        return self.next_after(start - 1) <= stop

    def next_after(self, time: int) -> int:
        """Return the first known event after a time; a time beyond all times where there is none."""
        at = int(np.searchsorted(self.last, time, side="right"))
        if at == len(self.last):
            return int(np.iinfo(np.int64).max)
        return int(self.first[at] if self.first[at] > time else self.last[at])

    def last_before(self, time: int) -> int | None:
        """Return the last known event before a time."""
        at = int(np.searchsorted(self.first, time, side="left")) - 1
        if at < 0:
            return None
        return int(self.last[at] if self.last[at] < time else self.first[at])

    def counted(self, start: int, stop: int) -> int:
        """Return the events of the hours that begin in a stretch."""
        low, high = np.searchsorted(self.hour, [start, stop])
        return int(self.events[low:high].sum())


class Coverage:
    """Presence by host and channel."""

    def __init__(self, facts: Facts) -> None:
        self._logs: dict[str, dict[str, Presence]] = {}
        for hours in some_hosts(facts.table("hours")):
            self._add(hours)
        self._hosts = {host: _united(list(logs.values())) for host, logs in self._logs.items()}

    def _add(self, hours: pa.Table) -> None:
        """Take the hours of some hosts."""
        others = pa.array([fold(name) for name in datasets()[_ALERTS].channels])
        hours = hours.filter(pc.invert(pc.is_in(hours["channel"], others)))
        if not len(hours):
            return
        most = hours.group_by(["host", "channel", "hour"], use_threads=False).aggregate(
            [("events", "max"), ("first", "min"), ("last", "max")]
        )
        order = [("host", "ascending"), ("channel", "ascending"), ("hour", "ascending")]
        most = most.sort_by(order)
        place, names = logs_of(most)
        columns = [
            most[name].to_numpy() for name in ("hour", "events_max", "first_min", "last_max")
        ]
        starts = np.flatnonzero(np.diff(place, prepend=-1)).tolist()
        for start, stop in zip(starts, [*starts[1:], len(place)][: len(starts)], strict=True):
            host, channel = names[place[start]]
            presence = Presence(*(column[start:stop] for column in columns))
            self._logs.setdefault(host, {})[channel] = presence

    @property
    def hosts(self) -> list[str]:
        """Hosts with events that have a time, in order of name."""
        return list(self._logs)

    def channels(self, host: str) -> dict[str, Presence]:
        """Return a host's channels, in order of name."""
        return self._logs.get(host, {})

    def log(self, host: str, channel: str) -> Presence:
        """Return when a channel of a host spoke."""
        return self.channels(host).get(channel, _NOTHING)

    def host(self, host: str) -> Presence:
        """Return when any channel of a host spoke."""
        return self._hosts.get(host, _NOTHING)

    def others(self, host: str, channel: str) -> Presence:
        """Return when any other channel of a host spoke."""
        return _united([log for name, log in self.channels(host).items() if name != channel])


def logs_of(rows: pa.Table) -> tuple[NDArray[np.int64], list[tuple[str, str]]]:
    """Return which log each row is of, and their hosts and channels in no order: a name a row is a lot."""
    hosts, channels = (rows[n].combine_chunks().dictionary_encode() for n in ("host", "channel"))
    size = max(1, len(channels.dictionary))
    both = hosts.indices.to_numpy().astype(np.int64) * size + channels.indices.to_numpy()
    used, place = np.unique(both, return_inverse=True)
    on, named = (codes.tolist() for codes in np.divmod(used, size))
    names = zip(
        (hosts.dictionary[code].as_py() for code in on),
        (channels.dictionary[code].as_py() for code in named),
        strict=True,
    )
    return place, list(names)


def _united(logs: list[Presence]) -> Presence:
    """Return when any of some logs spoke."""
    if not logs:
        return _NOTHING
    hours = np.concatenate([log.hour for log in logs])
    known, place = np.unique(hours, return_inverse=True)
    events = np.zeros(len(known), np.int64)
    first = np.full(len(known), np.iinfo(np.int64).max)
    last = np.full(len(known), np.iinfo(np.int64).min)
    np.add.at(events, place, np.concatenate([log.events for log in logs]))
    np.minimum.at(first, place, np.concatenate([log.first for log in logs]))
    np.maximum.at(last, place, np.concatenate([log.last for log in logs]))
    return Presence(known, events, first, last)


_EMPTY = np.empty(0, np.int64)
_NOTHING = Presence(_EMPTY, _EMPTY, _EMPTY, _EMPTY)


def coverage(facts: Facts) -> Coverage:
    """Return when all logs spoke."""
    return facts.once("coverage", Coverage)
