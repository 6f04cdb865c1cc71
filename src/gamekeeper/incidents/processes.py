"""The processes of all hosts from their traces, and the way from any event to the process that did it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gamekeeper.incidents.lineages import NAMED, guid_codes, lineages, named_in
from gamekeeper.incidents.lists import Lists
from gamekeeper.incidents.shelf import Shelf
from gamekeeper.incidents.started import event_keys, part_of, put_away
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import first_equal, latest, packed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Ints, Rows


@dataclass(frozen=True, slots=True)
class Actors:
    """Who did what: the process of each of some events as its host, ProcessGuid and number say.

    ``guids`` are two halves a row, zeros for none; ``pids`` -1 for none.
    """

    hosts: Ints
    guids: NDArray[np.uint64]
    pids: Ints
    times: Ints
    images: Ints

    @classmethod
    def empty(cls, rows: int) -> Actors:
        """Return what events say that name no process."""
        hosts, pids, images = (np.full(rows, -1, np.int32) for _ in range(3))
        return cls(hosts, np.zeros((rows, 2), np.uint64), pids, np.full(rows, -1, np.int64), images)


@dataclass(frozen=True, slots=True)
class Started:
    """Where, when and as which program each process started; -1 for what is not known."""

    hosts: NDArray[np.int32]
    times: NDArray[np.int64]
    images: NDArray[np.int32]


class Processes:
    """Processes as nodes 0, 1, … in order of their starts; ``parents`` are nodes or -1.

    Keeps some 35 bytes a process and 12 a record of its start; what events call a process is on disk.
    """

    def __init__(self, traces: TraceStore, hosts: Codes, parameters: Parameters) -> None:
        self.programs = Codes()
        self._named = Shelf(traces.folder)
        starts = Shelf(traces.folder)
        self._parts = put_away(traces, hosts, self.programs, starts)
        names = self.programs.names()
        stops = np.array([*(name in parameters.stop_programs for name in names), False], bool)
        self._stops, self._most = stops, parameters.children
        found = lineages(starts, self._parts, stops, self._named)
        starts.close()
        self._found = found
        self.starts = Started(found.hosts, found.times, found.images)
        self.parents = found.parents
        self.children = np.bincount(
            self.parents[self.parents >= 0], minlength=len(self.parents)
        ).astype(np.int32)
        #: Processes that say nothing of what they start.
        self.is_stop: NDArray[np.bool_] = stops[found.images] | (
            self.children > parameters.children
        )
        self._by_key = np.argsort(found.records, kind="stable").astype(np.int32)

    def __len__(self) -> int:
        return len(self.parents)

    def leave_out(self, nodes: Rows) -> None:
        """Count some processes as nobody's children."""
        self._count(nodes, -1)

    def take_in(self, nodes: Rows) -> None:
        """Count processes again that were left out."""
        self._count(nodes, 1)

    def _count(self, nodes: Rows, by: int) -> None:
        parents, counts = np.unique(self.parents[nodes], return_counts=True)
        parents, counts = parents[parents >= 0], counts[parents >= 0]
        self.children[parents] += by * counts.astype(np.int32)
        is_hub = self.children[parents] > self._most
        self.is_stop[parents] = self._stops[self.starts.images[parents]] | is_hub

    def started_by(self, sources: Ints, offsets: Ints) -> Rows:
        """Return the node that each event is the start of, -1 where it is none."""
        records, asked = self._found.records, event_keys(sources, offsets)
        found = np.full(len(asked), -1, np.int64)
        if len(records):
            at = np.searchsorted(records, asked, sorter=self._by_key)
            row = self._by_key[np.minimum(at, len(records) - 1)]
            known = np.flatnonzero(records[row] == asked)
            found[known] = np.searchsorted(self._found.first, row[known], side="right") - 1
        return found

    def records(self, nodes: Rows) -> list[str]:
        """Return the ids of the events in which the starts of some processes were told."""
        return [event_id(key) for key in self.keys(nodes).values.tolist()]

    def keys(self, nodes: Rows) -> Lists:
        """Return the keys of the events in which the start of each process was told."""
        return Lists(self._found.records, self._found.first).taken(nodes)

    def main(self, nodes: Rows) -> Rows:
        """Return the key of the event that says most of each of some processes' starts."""
        keys: Rows = self._found.records[self._found.first[nodes] + self._found.main[nodes]]
        return keys

    def acting(self, actors: Actors) -> Rows:
        """Return the node of the process that did each thing: by ProcessGuid, else by number and time."""
        found = np.full(len(actors.hosts), -1, np.int64)
        part = part_of(actors.hosts, self._parts)
        parts = part_of(self.starts.hosts, self._parts)
        says = actors.guids.any(axis=1) | (actors.pids > 4)
        for number in np.unique(part[says]).tolist():
            rows, nodes = np.flatnonzero(says & (part == number)), np.flatnonzero(parts == number)
            if len(nodes):
                found[rows] = self._acting(actors, rows, nodes, number)
        return found

    def _acting(self, actors: Actors, rows: Rows, nodes: Rows, part: int) -> Rows:
        """Return the same for some events whose processes are among ``nodes``, all of a part."""
        named = self._named.get(named_in(part), NAMED)
        hosts, count = self.starts.hosts[nodes], len(nodes)
        codes, _ = guid_codes(np.concatenate([named["guids"], actors.guids[rows]]))
        known, asked = np.flatnonzero(codes[:count] >= 0), np.flatnonzero(codes[count:] >= 0)
        found = np.full(len(rows), -1, np.int64)
        at = first_equal(
            packed(hosts[known], codes[known]),
            packed(actors.hosts[rows[asked]], codes[count:][asked]),
        )
        found[asked[at >= 0]] = nodes[known[at[at >= 0]]]
        lost = np.flatnonzero((found < 0) & (actors.pids[rows] > 4) & (actors.times[rows] >= 0))
        found[lost] = self._latest(actors, rows[lost], nodes, named["pids"])
        return found

    def _latest(self, actors: Actors, rows: Rows, nodes: Rows, pids: Ints) -> Rows:
        known = np.flatnonzero((pids >= 0) & (self.starts.times[nodes] >= 0))
        chosen = nodes[known]
        at = latest(
            packed(self.starts.hosts[chosen], pids[known]),
            self.starts.times[chosen],
            packed(actors.hosts[rows], actors.pids[rows]),
            actors.times[rows],
        )
        node = np.where(at >= 0, np.append(chosen, -1)[at], -1)
        images = np.where(node >= 0, self.starts.images[node], -1)
        other = (images >= 0) & (actors.images[rows] >= 0) & (images != actors.images[rows])
        answer: Rows = np.where(other, -1, node)
        return answer

    def lines(self, nodes: Ints, depth: int) -> Iterator[tuple[Rows, Ints]]:
        """Yield pairs (row, key) for the processes above each node, itself included, nearest first.

        A line ends before a process that starts everything. A parent whose own start was not logged has
        a key, too: that of its first known child stands for it.
        """
        rows = np.flatnonzero(nodes >= 0)
        current = nodes[rows]
        for _ in range(depth):
            keep = ~self.is_stop[current]
            rows, current = rows[keep], current[keep]
            yield rows, current
            above = self.parents[current].astype(np.int64)
            orphans = np.flatnonzero(above < 0)
            stand_in = self._unlogged(current[orphans])
            has = stand_in >= 0
            yield rows[orphans[has]], stand_in[has]
            rows, current = rows[above >= 0], above[above >= 0]

    def trees(self, nodes: Ints, is_start: NDArray[np.bool_], depth: int) -> Rows:
        """Return a key for the tree that each process stands in: its highest process that is known.

        Where a process is meant as started, not as acting, it is no tree of its own. -1 for no tree.
        """
        found = np.full(len(nodes), -1, np.int64)
        for rows, keys in self.lines(nodes, depth):
            above = keys != np.where(is_start, nodes, -1)[rows]
            found[rows[above]] = keys[above]
        return found

    def _unlogged(self, nodes: Ints) -> Rows:
        """Return a key for the parent that a node names and no record starts; -1 where it names none."""
        at = np.searchsorted(self._found.orphans, nodes)
        is_one = np.append(self._found.orphans, -1)[at] == nodes
        numbers = np.append(self._found.unlogged, 0)[at].astype(np.int64)
        return np.where(is_one, len(self.parents) + numbers, -1)

    def below(self, roots: Rows, limit: int) -> Rows:
        """Return up to ``limit`` processes that some others started, directly or not, in order of start."""
        roots = np.unique(roots[roots >= 0])
        found = [np.empty(0, np.int64)]
        current = roots[~self.is_stop[roots]]
        while len(current):
            started = self.children_of(current)
            # A process has one parent: only what was asked for can be met again.
            current = started[~self.is_stop[started] & ~np.isin(started, roots)]
            found.append(current)
        return np.sort(np.concatenate(found))[:limit]

    def children_of(self, nodes: Rows) -> Rows:
        """Return what some processes started themselves."""
        order = self._by_parent
        begin, end = (
            np.searchsorted(self.parents, nodes.astype(np.int32), side=side, sorter=order)
            for side in ("left", "right")
        )
        counts = end - begin
        at = np.repeat(begin - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        started: Rows = order[at].astype(np.int64)
        return started

    @cached_property
    def _by_parent(self) -> NDArray[np.int32]:
        return np.argsort(self.parents, kind="stable").astype(np.int32)


def event_id(key: int) -> str:
    """Return the id of an event by its key.

    >>> event_id(int(event_keys(np.array([3]), np.array([70]))[0]))
    '3:70'
    """
    return f"{key >> 40}:{key & (1 << 40) - 1}"
