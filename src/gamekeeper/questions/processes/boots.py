"""When hosts started: nothing that ran before such a moment runs after it.

Event 12 of the kernel, 4608, and the session manager under process 4 come at the start itself. The event log
says 6009 (and 6005, which a restart of the log alone writes, too) when many processes are running already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.questions.processes.fields import filetimes
from gamekeeper.questions.processes.linking import Boots

if TYPE_CHECKING:
    from gamekeeper.questions.processes.log import Records
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


class Mark(IntEnum):
    """What an event says about a start or stop of the system."""

    STOP = 0
    EARLY = 1  # at the start itself
    LATE = 2  # when the event log runs
    WEAK = 3  # likewise, or the event log was started again


_SECOND: Final = 10_000_000
#: Marks of one boot: how long after the first an early one may come, and any other.
_EARLY_SPREAD: Final = 120 * _SECOND
_LATE_SPREAD: Final = 300 * _SECOND
#: How long before a late mark a boot may have begun of which nothing else tells.
_BEFORE_LATE: Final = 120 * _SECOND
_KERNEL: Final = "Microsoft-Windows-Kernel-General"
_MARKS: Final = {
    (_KERNEL, 12): Mark.EARLY,
    (_KERNEL, 13): Mark.STOP,
    ("Microsoft-Windows-Security-Auditing", 4608): Mark.EARLY,
    ("EventLog", 6009): Mark.LATE,
    ("EventLog", 6005): Mark.WEAK,
    ("EventLog", 6006): Mark.STOP,
}
_FIRST_PROGRAMS: Final = ("smss.exe", "registry")
_SYSTEM_PID: Final = 4

Marked = tuple[int, Mark]


def boots(snapshot: Snapshot, selection: Selection, records: Records) -> Boots:
    """Return the starts of the selected hosts, hosts as ``records`` counts them."""
    marks: dict[int, list[Marked]] = defaultdict(list)
    codes = {name: code for code, name in enumerate(records.host_names)}
    chosen = replace(
        selection,
        datasets=("windows.system", "windows.security"),
        channels=(),
        event_ids=tuple(sorted({number for _, number in _MARKS})),
    )
    for batch in snapshot.batches(chosen, ()):
        table = batch.table
        columns = [
            table.column(name).to_pylist() for name in ("host.name", "Provider_Name", "EventID")
        ]
        times = filetimes(table.column("event.filetime")).tolist()
        for host, provider, number, time in zip(*columns, times, strict=True):
            mark = _MARKS.get((provider, number))
            if mark is not None and time >= 0 and (host or "") in codes:
                marks[codes[host or ""]].append((time, mark))
    for row in _first_programs(records):
        marks[int(records.hosts[row])].append((int(records.times[row]), Mark.EARLY))
    found = [(host, time) for host in sorted(marks) for time in moments(marks[host])]
    return Boots(
        np.array([host for host, _ in found], np.int64),
        np.array([time for _, time in found], np.int64),
    )


def _first_programs(records: Records) -> list[int]:
    """Return the records of programs that the system itself starts, once a boot."""
    codes = [code for code, name in enumerate(records.programs) if name in _FIRST_PROGRAMS]
    is_first = records.is_start & (records.parent_pids == _SYSTEM_PID) & (records.times >= 0)
    return [int(row) for row in np.flatnonzero(is_first & np.isin(records.images, codes))]


def moments(marks: Iterable[Marked]) -> list[int]:
    """Return when one host started, in order of time; several marks of one boot count once.

    >>> s = 10_000_000
    >>> moments([(1000 * s, Mark.EARLY), (1040 * s, Mark.LATE), (1041 * s, Mark.WEAK)]) == [1000 * s]
    True
    """
    ordered = sorted(set(marks))
    if any(mark in {Mark.EARLY, Mark.LATE} for _, mark in ordered):
        ordered = [(time, mark) for time, mark in ordered if mark is not Mark.WEAK]
    found: list[int] = []
    first, stopped = None, 0
    for time, mark in ordered:
        if mark is Mark.STOP:
            first, stopped = None, time
            continue
        spread = _EARLY_SPREAD if mark is Mark.EARLY else _LATE_SPREAD
        if first is not None and time - first <= spread:
            continue
        found.append(time if mark is Mark.EARLY else max(stopped, time - _BEFORE_LATE))
        first = time
    return found
