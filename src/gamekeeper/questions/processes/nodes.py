"""Records of processes to processes: what Sysmon and the Security log say of the same start becomes one.

Two witnesses of one start agree in host, process id and program, and are at most two seconds apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gamekeeper.questions.processes.linking import Ends, Starts
from gamekeeper.questions.processes.log import Records
from gamekeeper.questions.searches import Ints, Rows, alike, in_order, latest, packed

#: How far the two logs' times of one start may lie apart.
APART: Final = 20_000_000  # 100 ns


@dataclass(frozen=True, slots=True)
class Nodes:
    """Processes in order of their starts. ``main`` is the record that says most of each."""

    starts: Starts
    main: Rows  # row in ``records`` of each process
    node_of: Rows  # process of each row in ``records``
    records: Records  # the starts, in order of time
    hits: NDArray[np.bool_]


def ends_of(records: Records) -> Ends:
    """Return the ends among some records."""
    rows = np.flatnonzero(~records.is_start)
    return Ends(
        records.hosts[rows],
        records.pids[rows],
        records.times[rows],
        records.guids[rows],
        records.images[rows],
    )


def nodes_of(records: Records) -> Nodes:
    """Return the processes among some records."""
    rows = np.flatnonzero(records.is_start)
    by_time = (records.times, records.written, records.sources, records.offsets)
    starts = records.taken(rows[in_order(*(column[rows] for column in by_time))])
    group, first_of_group = _numbered(_same_log(starts))
    joined = np.arange(len(first_of_group))
    for partners in (_same_process, _same_sibling):
        free = _free(joined)
        other = partners(starts.taken(first_of_group), free)
        joined = np.where(other >= 0, other, joined)  # a Security record joins Sysmon's
    node_of, first = _numbered(joined[group])
    main = first.copy()
    main[node_of[first_of_group[joined]]] = first_of_group[joined]
    hits = np.zeros(len(main), bool)
    hits[node_of[starts.hits]] = True
    return Nodes(_starts(starts, main, first, node_of), main, node_of, starts, hits)


def _same_log(starts: Records) -> Ints:
    """Return a code that copies of one log's record of one start share: its ProcessGuid tells all."""
    has_guid = starts.guids >= 0
    # Few columns sort faster than many: what a ProcessGuid makes needless gives its place to it.
    return alike(
        packed(starts.hosts, np.where(has_guid, 0, starts.pids + 1)),
        np.where(has_guid, -2 - starts.guids, starts.times),
        2 * np.where(has_guid, 0, starts.images + 1) + starts.is_sysmon,
    )


def _numbered(codes: Ints) -> tuple[Rows, Rows]:
    """Return codes as numbers in the order of their first rows, and those rows."""
    first = np.full(int(codes.max(initial=-1)) + 1, -1, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # what is written last stays
    used = np.flatnonzero(first >= 0)
    used = used[np.argsort(first[used])]
    rank = np.empty(len(first), np.int64)
    rank[used] = np.arange(len(used))
    return rank[codes], first[used]


def _free(joined: Rows) -> NDArray[np.bool_]:
    """Say which groups of records have not been joined with another."""
    alone = np.ones(len(joined), bool)
    moved = np.flatnonzero(joined != np.arange(len(joined)))
    alone[moved] = alone[joined[moved]] = False
    return alone


def _same_process(groups: Records, free: NDArray[np.bool_]) -> Rows:
    """Return, for each group, the nearest one of Sysmon's with the same host, process id and program."""
    known = free & (groups.pids >= 0) & (groups.times >= 0) & (groups.images >= 0)
    sysmon, security = _by_log(groups, known)
    keys = alike(groups.hosts, groups.pids, groups.images)
    before, after = _neighbours(keys, groups.times, sysmon, security)
    gap_before, gap_after = (_gaps(groups.times, at, security) for at in (before, after))
    nearest = np.where(gap_before <= gap_after, before, after)
    gap = np.minimum(gap_before, gap_after)
    near = np.flatnonzero(gap <= APART)
    # Of two that would join the same one, the nearer does.
    near = near[np.lexsort((near, gap[near], nearest[near]))]
    near = near[np.unique(nearest[near], return_index=True)[1]]
    other = np.full(len(groups), -1, np.int64)
    other[security[near]] = nearest[near]
    return other


def _same_sibling(groups: Records, free: NDArray[np.bool_]) -> Rows:
    """Return the same for starts whose process id Sysmon's record lost, as one shipper of logs makes it do.

    Host, parent's process id and program must agree, and there must be no other record that would do.
    """
    known = free & (groups.parent_pids >= 0) & (groups.times >= 0) & (groups.images >= 0)
    sysmon, security = _by_log(groups, known & ((groups.pids < 0) | ~groups.is_sysmon))
    keys = alike(groups.hosts, groups.parent_pids, groups.images)
    other = np.full(len(groups), -1, np.int64)
    back = _only_one(keys, groups.times, security, sysmon)
    there = _only_one(keys, groups.times, sysmon, security)
    at = np.flatnonzero(there >= 0)
    partner = np.full(len(groups), -1, np.int64)
    partner[sysmon] = back
    at = at[partner[there[at]] == security[at]]
    other[security[at]] = there[at]
    return other


def _by_log(groups: Records, mask: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    return np.flatnonzero(mask & groups.is_sysmon), np.flatnonzero(mask & ~groups.is_sysmon)


def _neighbours(keys: Ints, times: Ints, rows: Rows, asked: Rows) -> tuple[Rows, Rows]:
    """Return, for each asked row, those of equal key that are next in time on either side; -1 for none."""
    before = latest(keys[rows], times[rows], keys[asked], times[asked])
    # Mirrored in time, the next one is the last one before. The sort keeps later rows behind, as they are.
    after = latest(keys[rows], -times[rows], keys[asked], -times[asked])
    both = np.append(rows, -1)
    return both[before], both[after]


def _gaps(times: Ints, rows: Rows, asked: Rows) -> Rows:
    """Return how far apart rows are in time; more than :data:`APART` where there is none."""
    gaps: Rows = np.where(rows >= 0, np.abs(times[rows] - times[asked]), APART + 1)
    return gaps


def _only_one(keys: Ints, times: Ints, rows: Rows, asked: Rows) -> Rows:
    """Return the one row near each asked one; -1 where there is none or more than one."""
    ordered = rows[np.lexsort((times[rows], keys[rows]))]
    last = latest(keys[ordered], times[ordered], keys[asked], times[asked] + APART)
    one = np.append(ordered, -1)[last]
    before = np.append(ordered, -1)[np.maximum(last - 1, -1)]
    is_one = _gaps(times, one, asked) <= APART
    is_two = (last >= 1) & (keys[before] == keys[asked]) & (_gaps(times, before, asked) <= APART)
    return np.where(is_one & ~is_two, one, -1)


def _starts(records: Records, main: Rows, first: Rows, node_of: Rows) -> Starts:
    """Return the processes' columns: the main record's, and another's where that says nothing.

    The time is the earliest that a witness gives: a log that keeps whole seconds must not put a child
    before its parent.
    """

    def filled(name: str) -> Ints:
        column: NDArray[Any] = getattr(records, name)
        best = column[main].copy()
        spare = np.full(len(main), -1, column.dtype)
        says = np.flatnonzero(column >= 0)[::-1]
        spare[node_of[says]] = column[says]  # what the first record says is written last and stays
        missing = best < 0
        best[missing] = spare[missing]
        return best

    return Starts(
        hosts=records.hosts[main],
        pids=filled("pids"),
        parent_pids=filled("parent_pids"),
        times=records.times[first],
        guids=filled("guids"),
        parent_guids=filled("parent_guids"),
        images=records.images[main],
        parent_images=filled("parent_images"),
    )
