"""When each file has records at all, of any log: an export of ten minutes cannot speak of the next hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.integrity.coverage import logs_of
from gamekeeper.integrity.gathering.frames import first_of_each
from gamekeeper.integrity.intervals import Intervals
from gamekeeper.integrity.ledger import NO_TIME, ledger
from gamekeeper.integrity.rows import some_hosts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

#: Share of a stretch of time that may be covered where it is called quiet.
_MOST: Final = 0.1
#: A shorter while is nothing out of the ordinary; a minute in 100 ns.
_SHORTEST: Final = 60 * 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Quiet:
    """Time covered by the rows of each file, and of each host in it."""

    _by_file: dict[int, Intervals]
    _by_host: dict[tuple[int, str], Intervals]
    _logs: dict[int, int]  # by file

    def file(self, source: int, start: int, stop: int) -> bool:
        """Whether a file has next to nothing between two moments, of any host and channel."""
        return _is_quiet(self._by_file.get(source), start, stop)

    def host(self, source: int, host: str, start: int, stop: int) -> bool:
        """Whether a file has next to nothing of a host between two moments, in any channel."""
        return _is_quiet(self._by_host.get((source, host)), start, stop)

    def silence(self, source: int, start: int, stop: int) -> float:
        """Return the share of a stretch of time of which a file holds nothing; 0 where it is not known."""
        covered = self._by_file.get(source)
        if covered is None or stop - start < _SHORTEST:
            return 0.0
        return 1.0 - covered.within(start + 1, stop - 1).size / (stop - start)

    def has_witnesses(self, source: int) -> bool:
        """Whether a file holds several logs: one alone is silent in each of its own holes."""
        return self._logs.get(source, 0) > 1

    def has_others(self, source: int, host: str) -> bool:
        """Whether a file holds records of other hosts, too."""
        return any(at == source and name != host for at, name in self._by_host)


def quiet(facts: Facts) -> Quiet:
    """Return when files are quiet."""
    return facts.once("quiet", _quiet)


def _quiet(facts: Facts) -> Quiet:
    """Cover time by stretches, and where a log is sparse by its hours: a sparse row may reach over days."""
    columns = ledger(facts).columns
    hours = _hours(facts)
    by_host: dict[tuple[int, str], list[Intervals]] = {}
    logs: Counter[int] = Counter()
    for log in ledger(facts).logs:
        for copy in log.copies:
            logs[copy.source] += 1
            whole = columns.is_plain(copy.rows)
            covered = [_covered(columns.begin[copy.rows[whole]], columns.end[copy.rows[whole]])]
            if not whole.all():
                covered.append(hours[copy.source, copy.host, copy.channel])
            by_host.setdefault((copy.source, copy.host), []).extend(covered)
    hosts = {key: Intervals.union(parts) for key, parts in by_host.items()}
    by_file: dict[int, list[Intervals]] = {}
    for (source, _), spoken in hosts.items():
        by_file.setdefault(source, []).append(spoken)
    files = {source: Intervals.union(parts) for source, parts in by_file.items()}
    return Quiet(files, hosts, logs)


def _hours(facts: Facts) -> Mapping[tuple[int, str, str], Intervals]:
    """Return, for each log of each file, the time from the first to the last event of each hour.

    The rows of one log of one file follow each other.
    """
    found: dict[tuple[int, str, str], Intervals] = {}
    for rows in some_hosts(facts.table("hours")):
        first, last, source = (rows[name].to_numpy() for name in ("first", "last", "source"))
        log, names = logs_of(rows)
        starts = np.flatnonzero(first_of_each([log, source])).tolist()
        for start, stop in pairwise([*starts, len(log)]):
            place = (int(source[start]), *names[log[start]])
            found[place] = _covered(first[start:stop], last[start:stop])
    nothing = Intervals.union(())
    return defaultdict(lambda: nothing, found)


def _covered(begin: NDArray[np.int64], end: NDArray[np.int64]) -> Intervals:
    timed = (begin != NO_TIME) & (end != NO_TIME)
    return Intervals.of(begin[timed], np.maximum(begin, end)[timed])


def _is_quiet(covered: Intervals | None, start: int, stop: int) -> bool:
    if covered is None or stop - start < _SHORTEST:
        return False
    return covered.within(start + 1, stop - 1).size < (stop - start) * _MOST
