"""Which process started which, part by part; then all processes numbered in order of their starts.

Starts of all hosts at once, with what linking them takes, would be a gigabyte on a network of many hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents.shelf import Shelf
from gamekeeper.incidents.started import START, event_keys, part_name
from gamekeeper.questions.processes.linking import Boots, Ends, link
from gamekeeper.questions.processes.log import Records
from gamekeeper.questions.processes.nodes import nodes_of
from gamekeeper.questions.searches import in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.questions.processes.nodes import Nodes
    from gamekeeper.questions.searches import Rows

#: By what a process is found that an event names.
NAMED: Final = np.dtype([("pids", np.int32), ("guids", np.uint64, 2)])
#: What is put away of processes while others are linked.
_KEPT: Final[Mapping[str, type[np.generic]]] = {
    "begun_by": np.int64,  # key of the first record
    "hosts": np.int32,
    "times": np.int64,
    "images": np.int32,
    "parents": np.int32,  # numbers of processes as parts come one after the other
    "main": np.int32,
    "counts": np.int32,
    "records": np.int64,
    "orphans": np.int32,
    "unlogged": np.uint64,
}
_RECORD: Final = (
    "hosts",
    "pids",
    "parent_pids",
    "times",
    "images",
    "parent_images",
    "is_sysmon",
    "sources",
    "offsets",
)


@dataclass(frozen=True, slots=True)
class Lineages:
    """Processes as 0, 1, … in order of their starts; and records of starts, in order of process and time.

    ``parents`` are processes or -1. The records of a process begin at ``first``, one more than there are
    processes; ``main`` says how far behind that is the one that says most of it. ``orphans`` are processes
    in order that name the ProcessGuid of a parent that is not there and no program that starts everything;
    ``unlogged`` has equal numbers where they name the same.
    """

    hosts: NDArray[np.int32]
    times: NDArray[np.int64]
    images: NDArray[np.int32]
    parents: NDArray[np.int32]
    main: NDArray[np.int32]
    first: NDArray[np.int32]
    records: Rows  # keys of events
    orphans: NDArray[np.int32]
    unlogged: NDArray[np.int32]


def named_in(part: int) -> str:
    """Return the name of what is on the shelf of a part's processes: rows of ``NAMED`` in their order."""
    return f"named {part}"


def lineages(starts: Shelf, parts: int, stops: NDArray[np.bool_], named: Shelf) -> Lineages:
    """Return the processes of all parts.

    ``stops`` says which programs start everything; its last entry stands for one that is not known. Puts on
    the second shelf what each process is called.
    """
    with closing(Shelf(starts.folder)) as found:
        count = 0
        for part in range(parts):
            rows = starts.get(part_name(part), START)
            if len(rows):
                linked = _linked(rows, stops)
                named.put(named_in(part), linked.pop("named"))
                linked["parents"] = np.where(linked["parents"] >= 0, linked["parents"] + count, -1)
                linked["orphans"] += count
                count += len(linked["hosts"])
                for name, column in linked.items():
                    found.put(name, column.astype(_KEPT[name], copy=False))
        return _whole(found)


def _linked(rows: NDArray[np.void], stops: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """Return what is kept of the processes that some starts tell of, by the names of ``_KEPT``."""
    records, halves = _records(rows)
    nodes = nodes_of(records)
    starts = nodes.starts
    nothing = np.empty(0, np.int64)
    ends, boots = Ends(nothing, nothing, nothing, nothing, nothing), Boots(nothing, nothing)
    parents = link(starts, ends, boots).parents
    named = np.zeros(len(starts), NAMED)
    named["pids"], named["guids"] = starts.pids, halves[starts.guids]
    is_below_stop = stops[starts.parent_images]
    orphans = np.flatnonzero((parents < 0) & (starts.parent_guids >= 0) & ~is_below_stop)
    return {
        "named": named,
        "hosts": starts.hosts,
        "times": starts.times,
        "images": starts.images,
        "parents": parents,
        "orphans": orphans,
        "unlogged": halves[starts.parent_guids[orphans]],
        **_told(nodes),
    }


def _told(nodes: Nodes) -> dict[str, NDArray[Any]]:
    """Return in which records the processes are told of."""
    by_node = np.argsort(nodes.node_of, kind="stable")
    records = event_keys(nodes.records.sources, nodes.records.offsets)[by_node]
    counts = np.bincount(nodes.node_of)
    begin = np.cumsum(counts) - counts
    at = np.empty(len(by_node), np.int64)
    at[by_node] = np.arange(len(by_node))
    return {
        "begun_by": records[begin],
        "counts": counts,
        "main": at[nodes.main] - begin,
        "records": records,
    }


def _records(rows: NDArray[np.void]) -> tuple[Records, NDArray[np.uint64]]:
    """Return starts as records, and the ProcessGuid of each code; the last stands for none."""
    columns = {name: np.ascontiguousarray(rows[name]) for name in _RECORD}
    codes, halves = guid_codes(np.concatenate([rows["guids"], rows["parent_guids"]]))
    count, none = len(rows), np.zeros(len(rows), np.bool_)
    records = Records(
        **columns,
        guids=codes[:count],
        parent_guids=codes[count:],
        is_start=~none,
        hits=none,
        parent_hits=none,
        written=columns["times"],
        guid_halves=halves,
        host_names=[],
        programs=[],
    )
    return records, np.concatenate([halves, np.zeros((1, 2), np.uint64)])


def guid_codes(guids: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """Return a code for each ProcessGuid, -1 for zeros, and the ProcessGuid of each code.

    >>> codes, halves = guid_codes(np.array([[7, 8], [0, 0], [7, 8]], np.uint64))
    >>> codes.tolist(), halves[codes[0]].tolist()
    ([0, -1, 0], [7, 8])
    """
    # A hash table takes a fraction of the time of sorting.
    data = pa.py_buffer(np.ascontiguousarray(guids))
    array = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(guids), [None, data])
    coded = array.dictionary_encode()
    spelt = coded.dictionary.buffers()[1]
    halves = np.frombuffer(spelt, np.uint64)[: 2 * len(coded.dictionary)].reshape(-1, 2)
    return np.where(guids.any(axis=1), coded.indices.to_numpy(), np.int32(-1)), halves


def _whole(found: Shelf) -> Lineages:
    """Return the processes of all parts in order of their starts."""

    def column(name: str) -> NDArray[Any]:
        return found.get(name, _KEPT[name])

    order = in_order(column("times"), column("begun_by")).astype(np.int32)
    number = np.empty(len(order) + 1, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    number[-1] = -1
    counts = column("counts")
    begin = (np.cumsum(counts) - counts).astype(np.int32)
    counts = counts[order]
    first = np.zeros(len(order) + 1, np.int32)
    np.cumsum(counts, out=first[1:])
    at = np.repeat(begin[order] - first[:-1], counts)
    at += np.arange(len(at), dtype=np.int32)
    records = column("records")[at]
    del at, begin, counts
    orphans = number[column("orphans")]
    by_number = np.argsort(orphans)
    return Lineages(
        hosts=column("hosts")[order],
        times=column("times")[order],
        images=column("images")[order],
        parents=number[column("parents")][order],
        main=column("main")[order],
        first=first,
        records=records,
        orphans=orphans[by_number],
        unlogged=guid_codes(column("unlogged").reshape(-1, 2))[0][by_number],
    )
