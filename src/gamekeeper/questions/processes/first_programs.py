"""Starts of hosts as processes see them: the programs that the system itself starts, once a start.

The session manager and the registry under process 4 come within seconds of the kernel. They tell of a start
that no other log knows (``questions.boots``), and tell more closely when the system began where only its
event log says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.questions.boots import SETTLING, starts
from gamekeeper.questions.processes.linking import Boots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.questions.processes.log import Records
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_FIRST_PROGRAMS: Final = ("smss.exe", "registry")
_SYSTEM_PID: Final = 4
#: First programs of one start lie within two minutes, in 100 ns.
_SPREAD: Final = 120 * 10_000_000


def boots(snapshot: Snapshot, selection: Selection, records: Records) -> Boots:
    """Return the starts of the selected hosts, hosts as ``records`` counts them."""
    told = starts(snapshot, selection)
    first: dict[int, list[int]] = defaultdict(list)
    for row in _first_programs(records):
        first[int(records.hosts[row])].append(int(records.times[row]))
    found = [
        (host, time)
        for host, name in enumerate(records.host_names)
        for time in joined(told.get(name, ()), sorted(first[host]))
    ]
    return Boots(
        np.array([host for host, _ in found], np.int64),
        np.array([time for _, time in found], np.int64),
    )


def _first_programs(records: Records) -> list[int]:
    """Return the records of programs that the system itself starts, once a boot."""
    codes = [code for code, name in enumerate(records.programs) if name in _FIRST_PROGRAMS]
    is_first = records.is_start & (records.parent_pids == _SYSTEM_PID) & (records.times >= 0)
    return [int(row) for row in np.flatnonzero(is_first & np.isin(records.images, codes))]


def joined(told: Sequence[int], first: Sequence[int]) -> list[int]:
    """Return when one host started: what logs told, and first programs; both are in order of time.

    >>> minute = 600_000_000
    >>> joined([100 * minute], [101 * minute, 500 * minute]) == [100 * minute, 500 * minute]
    True
    """
    found = set(told)
    latest = -SETTLING
    for time in first:
        at = bisect_left(told, time)
        is_known = at > 0 and time - told[at - 1] <= SETTLING
        if not is_known and time - latest > _SPREAD:
            # A start that is told of a little later began here.
            if at < len(told) and told[at] - time <= SETTLING:
                found.discard(told[at])
            found.add(time)
        latest = time
    return sorted(found)
