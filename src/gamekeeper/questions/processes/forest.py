"""Which processes of a case a person asked to see, and the order in which a tree shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gamekeeper.questions.processes.fields import program_of
from gamekeeper.questions.processes.linking import Boots, Ends, Links, link, with_unknown_parents
from gamekeeper.questions.processes.nodes import Nodes
from gamekeeper.questions.searches import Ints, Rows

_PID: Final = re.compile(r"[0-9]{1,10}|0[xX][0-9a-fA-F]{1,8}", re.ASCII)
_GUID: Final = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?", re.ASCII)
Mask = NDArray[np.bool_]


class Role(IntEnum):
    """Why a process is shown."""

    HIDDEN = 0
    SELECTED = 1  # it is what was asked for
    ANCESTOR = 2
    DESCENDANT = 3


@dataclass(frozen=True, slots=True)
class Forest:
    """Processes and, behind them, parents that are only named by their children, with their links.

    ``named_by`` gives for each of the latter the process that names it.
    """

    nodes: Nodes
    links: Links
    parents: Rows
    named_by: Rows

    def __len__(self) -> int:
        return len(self.parents)

    def extended(self, own: Ints, named: Ints) -> NDArray[np.int64]:
        """Return a column of processes, with a column of what children say about their parents behind it."""
        column: NDArray[np.int64] = np.concatenate([own, named[self.named_by]]).astype(np.int64)
        return column

    def is_named_only(self, row: int) -> bool:
        """Say whether a row is a parent whose start is not in the logs."""
        return row >= len(self.nodes.starts)


def grown(nodes: Nodes, ends: Ends, boots: Boots) -> Forest:
    """Return the forest of some processes."""
    links = link(nodes.starts, ends, boots)
    return Forest(nodes, links, *with_unknown_parents(nodes.starts, links, boots))


def in_period(forest: Forest, start: int | None, stop: int | None) -> Mask:
    """Say which processes started in a period; one that is only named goes with the child that names it."""
    times = forest.nodes.starts.times
    inside = np.ones(len(times), bool)
    if start is not None:
        inside &= times >= start
    if stop is not None:
        inside &= (times >= 0) & (times < stop)
    return np.concatenate([inside, inside[forest.named_by]])


def rooted(forest: Forest, root: str) -> Mask:
    """Say which processes a person means by a process id, a ProcessGuid or the name of a program."""
    starts, records = forest.nodes.starts, forest.nodes.records
    asked = root.strip()
    if guid := _GUID.fullmatch(asked):
        code = records.guid_code(guid[1])
        of_guid: Mask = forest.extended(starts.guids, starts.parent_guids) == code
        return of_guid & (code >= 0)
    if _PID.fullmatch(asked):
        pid = int(asked, 16 if asked[1:2] in {"x", "X"} else 10)
        return np.asarray(forest.extended(starts.pids, starts.parent_pids) == pid)
    name = program_of(asked)
    meant = {name, f"{name}.exe"}
    codes = [code for code, known in enumerate(records.programs) if known in meant]
    return np.isin(forest.extended(starts.images, starts.parent_images), codes)


def roles(forest: Forest, inside: Mask, hits: Mask | None, root: str | None) -> NDArray[np.int8]:
    """Return the :class:`Role` of each process.

    ``inside`` are those of the period; ``hits`` those that hold the text that is looked for, None where
    every one does. Below a root nothing above it is shown.
    """
    children = Children(forest.parents)
    within = np.ones(len(forest), bool)
    if root is not None:
        within = children.below(rooted(forest, root))
    selected = inside & within
    if hits is not None:
        selected &= hits
    found = np.zeros(len(forest), np.int8)
    found[children.below(selected) & inside] = Role.DESCENDANT
    over = above(forest.parents, found > 0) & within & (found == 0)
    found[over] = Role.ANCESTOR
    found[selected] = Role.SELECTED
    return found


def above(parents: Rows, mask: Mask) -> Mask:
    """Return the rows above any of the marked ones."""
    found = np.zeros(len(parents), bool)
    rows = np.flatnonzero(mask)
    while len(rows):
        rows = np.unique(parents[rows])
        rows = rows[rows >= 0]
        rows = rows[~found[rows]]
        found[rows] = True
    return found


class Children:
    """The children of each row."""

    def __init__(self, parents: Rows) -> None:
        self._rows = np.argsort(parents, kind="stable")
        self._starts = np.searchsorted(parents[self._rows], np.arange(len(parents) + 1))

    def of(self, rows: Rows) -> Rows:
        """Return the children of some rows."""
        first, last = self._starts[rows], self._starts[rows + 1]
        counts = last - first
        offsets = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        found: Rows = self._rows[offsets + np.arange(counts.sum())]
        return found

    def below(self, mask: Mask) -> Mask:
        """Return the marked rows and all below them."""
        found = mask.copy()
        rows = np.flatnonzero(mask)
        while len(rows):
            rows = self.of(rows)
            rows = rows[~found[rows]]
            found[rows] = True
        return found


def walked(forest: Forest, shown: Mask) -> Iterator[tuple[int, int]]:
    """Yield the shown rows with their depth, each parent before its children, by host and time.

    A row whose parent is not shown stands at the top. One that is only named takes the time of the child
    that names it.
    """
    starts = forest.nodes.starts
    times = forest.extended(starts.times, starts.times)
    names = forest.nodes.records.host_names
    rank = np.argsort(np.argsort(np.array([*names, ""], object)))
    hosts = rank[forest.extended(starts.hosts, starts.hosts)]
    rows = np.flatnonzero(shown)
    rows = rows[np.lexsort((rows, times[rows], hosts[rows]))]
    parents = forest.parents[rows]
    is_top = (parents < 0) | ~shown[parents]
    by_parent = np.argsort(np.where(is_top, -1, parents), kind="stable")
    ordered = rows[by_parent]
    starts_at = np.searchsorted(
        np.where(is_top, -1, parents)[by_parent], np.arange(len(forest) + 1)
    )
    # Of what is shown only: a stack of rows that wait, the next one last.
    waiting = [(row, 0) for row in ordered[: starts_at[0]][::-1].tolist()]
    while waiting:
        row, depth = waiting.pop()
        yield row, depth
        children = ordered[starts_at[row] : starts_at[row + 1]]
        waiting += [(child, depth + 1) for child in children[::-1].tolist()]
