"""The processes of all hosts from their traces, and the way from any event to the process that did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from gamekeeper.model.traces import Role, TraceStore
from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.processes.linking import Boots, link
from gamekeeper.questions.processes.log import Records
from gamekeeper.questions.processes.nodes import ends_of, nodes_of
from gamekeeper.questions.searches import coded, first_equal, latest, packed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.questions.processes.linking import Starts
    from gamekeeper.questions.searches import Ints, Rows

_PID_LIMIT: Final = 1 << 31


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


class Processes:
    """Processes as nodes 0, 1, … in order of their starts; ``parents`` are nodes or -1."""

    def __init__(self, traces: TraceStore, hosts: Codes, parameters: Parameters) -> None:
        self.programs = Codes()
        columns = _columns(traces, hosts, self.programs)
        self._halves, records = _records(columns, hosts, self.programs)
        nodes = nodes_of(records)
        nothing = np.empty(0, np.int64)
        boots = Boots(nothing, nothing)
        links = link(nodes.starts, ends_of(records.taken(nothing)), boots)
        self.starts: Starts = nodes.starts
        self.parents: Rows = links.parents
        #: The records that are starts, and the node of each.
        self.sources: Ints = nodes.records.sources
        self.offsets: Ints = nodes.records.offsets
        self.node_of: Rows = nodes.node_of
        self._by_node = np.argsort(self.node_of, kind="stable")
        self._nodes_sorted = self.node_of[self._by_node]
        #: The record that says most of each node.
        self.main: Rows = nodes.main
        self.children = np.bincount(
            self.parents[self.parents >= 0], minlength=len(self.parents)
        ).astype(np.int64)
        names = self.programs.names()
        stops = np.array([*(name in parameters.stop_programs for name in names), False], bool)
        #: Processes that say nothing of what they start.
        self.is_stop: NDArray[np.bool_] = stops[self.starts.images] | (
            self.children > parameters.children
        )
        self._parent_is_stop = stops[self.starts.parent_images]

    def __len__(self) -> int:
        return len(self.parents)

    def started_by(self, sources: Ints, offsets: Ints) -> Rows:
        """Return the node that each event is the start of, -1 where it is none."""
        at = first_equal(event_keys(self.sources, self.offsets), event_keys(sources, offsets))
        answer: Rows = np.where(at >= 0, np.append(self.node_of, -1)[at], -1)
        return answer

    def records(self, nodes: Rows) -> list[str]:
        """Return the ids of the events in which the starts of some processes were told."""
        first = np.searchsorted(self._nodes_sorted, nodes, side="left")
        last = np.searchsorted(self._nodes_sorted, nodes, side="right")
        found = []
        for start, stop in zip(first.tolist(), last.tolist(), strict=True):
            rows = self._by_node[start:stop]
            told = zip(self.sources[rows].tolist(), self.offsets[rows].tolist(), strict=True)
            found += [f"{source}:{offset}" for source, offset in told]
        return found

    def acting(self, actors: Actors) -> Rows:
        """Return the node of the process that did each thing: by ProcessGuid, else by number and time."""
        codes = self._codes(actors.guids)
        known = np.flatnonzero(self.starts.guids >= 0)
        asked = np.flatnonzero(codes >= 0)
        found = np.full(len(codes), -1, np.int64)
        at = first_equal(
            packed(self.starts.hosts[known], self.starts.guids[known]),
            packed(actors.hosts[asked], codes[asked]),
        )
        found[asked[at >= 0]] = known[at[at >= 0]]
        lost = np.flatnonzero((found < 0) & (actors.pids > 4) & (actors.times >= 0))
        found[lost] = self._latest(actors, lost)
        return found

    def _latest(self, actors: Actors, rows: Rows) -> Rows:
        known = np.flatnonzero((self.starts.pids >= 0) & (self.starts.times >= 0))
        at = latest(
            packed(self.starts.hosts[known], self.starts.pids[known]),
            self.starts.times[known],
            packed(actors.hosts[rows], actors.pids[rows]),
            actors.times[rows],
        )
        node = np.where(at >= 0, np.append(known, -1)[at], -1)
        images = np.append(self.starts.images, -1)[node]
        other = (images >= 0) & (actors.images[rows] >= 0) & (images != actors.images[rows])
        answer: Rows = np.where(other, -1, node)
        return answer

    def _codes(self, guids: NDArray[np.uint64]) -> Rows:
        """Return the code of each ProcessGuid, -1 for none and for those that no start names."""
        both = np.ascontiguousarray(self._halves).view([("high", "<u8"), ("low", "<u8")]).ravel()
        asked = np.ascontiguousarray(guids).view([("high", "<u8"), ("low", "<u8")]).ravel()
        if not len(both):
            return np.full(len(asked), -1, np.int64)
        order = np.argsort(both, order=("high", "low"))
        at = np.minimum(np.searchsorted(both[order], asked), len(both) - 1)
        found = order[at]
        hit = (both[found] == asked) & guids.any(axis=1)
        answer: Rows = np.where(hit, found, -1)
        return answer

    def lines(self, nodes: Rows, depth: int) -> list[tuple[Rows, Rows]]:
        """Return pairs (row, key) for the processes above each node, itself included, nearest first.

        A line ends before a process that starts everything. A parent whose own start was not logged has
        a key, too: that of its first known child stands for it.
        """
        found = []
        rows = np.flatnonzero(nodes >= 0)
        current = nodes[rows]
        for _ in range(depth):
            keep = ~self.is_stop[current]
            rows, current = rows[keep], current[keep]
            found.append((rows, current))
            above = self.parents[current]
            orphans = np.flatnonzero((above < 0) & ~self._parent_is_stop[current])
            stand_in = self._unlogged(current[orphans])
            has = stand_in >= 0
            found.append((rows[orphans[has]], stand_in[has]))
            rows, current = rows[above >= 0], above[above >= 0]
        return [(row, key) for row, key in found if len(row)]

    def trees(self, nodes: Rows, is_start: NDArray[np.bool_], depth: int) -> Rows:
        """Return a key for the tree that each process stands in: its highest process that is known.

        Where a process is meant as started, not as acting, it is no tree of its own. -1 for no tree.
        """
        found = np.full(len(nodes), -1, np.int64)
        for rows, keys in self.lines(nodes, depth):
            above = keys != np.where(is_start, nodes, -1)[rows]
            found[rows[above]] = keys[above]
        return found

    def _unlogged(self, nodes: Rows) -> Rows:
        """Return a key for the parent that a node names and no record starts; -1 where it names none."""
        codes = self.starts.parent_guids[nodes].astype(np.int64)
        return np.where(codes >= 0, len(self.parents) + codes, -1)

    def below(self, roots: Rows, limit: int) -> Rows:
        """Return up to ``limit`` processes that some others started, directly or not, in order of start."""
        inside = np.zeros(len(self.parents) + 1, bool)
        inside[roots[roots >= 0]] = True
        inside[np.flatnonzero(self.is_stop)] = False
        # Parents may start after their children by a forged clock: a few rounds instead of one pass.
        while True:
            grown = inside.copy()
            grown[:-1] |= inside[self.parents] & (self.parents >= 0) & ~self.is_stop
            if (grown == inside).all():
                break
            inside = grown
        inside[roots[roots >= 0]] = False
        return np.flatnonzero(inside[:-1])[:limit]


def event_keys(sources: Ints, offsets: Ints) -> Rows:
    """Return the two numbers of each event id as one: files below 2^23, offsets below 2^40."""
    keys: Rows = (sources.astype(np.int64) << 40) | offsets.astype(np.int64)
    return keys


def _columns(traces: TraceStore, hosts: Codes, programs: Codes) -> dict[str, NDArray[Any]]:
    parts: dict[str, list[NDArray[Any]]] = {}
    for batch in traces.batches():
        role = batch.column("role").to_numpy()
        rows = np.flatnonzero(role & int(Role.START))
        if len(rows):
            for name, column in _of(batch.take(pa.array(rows)), hosts, programs).items():
                parts.setdefault(name, []).append(column)
    # One column after the other: all of them twice is what memory has to hold otherwise.
    return {name: np.concatenate(parts.pop(name)) for name in list(parts)}


def _of(batch: pa.RecordBatch, hosts: Codes, programs: Codes) -> dict[str, NDArray[Any]]:
    return {
        "hosts": fields.hosts(batch.column("host"), hosts),
        "pids": numbers(batch.column("pid")),
        "parent_pids": numbers(batch.column("parent_pid")),
        "times": fields.filetimes(batch.column("filetime")),
        "guids": fields.guids(batch.column("guid")),
        "parent_guids": fields.guids(batch.column("parent_guid")),
        "images": fields.programs(batch.column("image"), programs),
        "parent_images": fields.programs(batch.column("parent_image"), programs),
        "is_sysmon": batch.column("is_sysmon").to_numpy(zero_copy_only=False),
        "sources": batch.column("source").to_numpy(),
        "offsets": batch.column("offset").to_numpy(),
    }


def numbers(column: pa.Array) -> NDArray[np.int32]:
    """Return process ids as numbers from 0 to 2^31 - 1; -1 for anything else."""
    wide = column.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where((wide >= 0) & (wide < _PID_LIMIT), wide, -1).astype(np.int32)


def _records(
    columns: dict[str, NDArray[Any]], hosts: Codes, programs: Codes
) -> tuple[NDArray[np.uint64], Records]:
    if not columns:
        columns = _nothing()
    own, parent = columns.pop("guids"), columns.pop("parent_guids")
    both, count = np.concatenate([own, parent]), len(own)
    del own, parent
    dense = coded(both[:, 0], both[:, 1])
    halves = np.empty((int(dense.max(initial=-1)) + 1, 2), np.uint64)
    halves[dense] = both  # equal ones have equal codes
    codes = np.where(both.any(axis=1), dense, -1).astype(np.int32)
    del both, dense
    flags = np.zeros(count, bool)
    records = Records(
        **columns,
        guids=codes[:count],
        parent_guids=codes[count:],
        is_start=np.ones(count, bool),
        hits=flags,
        parent_hits=flags,
        written=columns["times"],
        guid_halves=halves,
        host_names=hosts.names(),
        programs=programs.names(),
    )
    return halves, records


def _nothing() -> dict[str, NDArray[Any]]:
    names: Sequence[str] = (
        "hosts",
        "pids",
        "parent_pids",
        "times",
        "images",
        "parent_images",
        "sources",
        "offsets",
    )
    empty: dict[str, NDArray[Any]] = {name: np.empty(0, np.int64) for name in names}
    halves = np.empty((0, 2), np.uint64)
    return empty | {"is_sysmon": np.empty(0, bool), "guids": halves, "parent_guids": halves}
