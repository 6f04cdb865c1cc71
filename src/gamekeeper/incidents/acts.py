"""From cells to acts: what several rules and several logs say of one event becomes one signal.

An *act* is one event, with its copies; the start of a process is one act whether Sysmon, the Security log
or both told of it. Acts of which the same cells speak are one signal with a count: a flood is one signal
a day. Not so where they belong to trees of processes that did other things beside: ``whoami`` of a script
that runs every hour, and ``whoami`` of a shell that dumped memory next, are two. Nor where one command line
started two programs. An observation is one signal with all events that it cites.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.incidents.cells import EXEMPLARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.cells import Cell, Exemplar
    from gamekeeper.incidents.processes import Processes
    from gamekeeper.questions.searches import Rows


#: Equal acts so far apart in time are two signals.
PAUSE: Final = 36_000_000_000


@dataclass(frozen=True, slots=True)
class Act:
    """One signal to be: the cells that speak of it, and rows of exemplars that stand for it, by time."""

    cells: tuple[int, ...]
    exemplars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exemplars:
    """The exemplars of all cells, one a row, and the process that each is the start of (-1: none)."""

    rows: Sequence[Exemplar]
    cells: Rows
    starts: Rows
    observed: NDArray[np.bool_]  # those that an observation cites

    def unit(self, row: int) -> object:
        """Return what is equal for all records of one event."""
        start = int(self.starts[row])
        return start if start >= 0 else self.rows[row].fingerprint

    def units(self) -> Rows:
        """Return the same for all rows, as numbers that mean nothing but to each other."""
        prints = pa.array([one.fingerprint for one in self.rows], pa.binary()).dictionary_encode()
        codes = prints.indices.to_numpy().astype(np.int64)
        behind = int(self.starts.max(initial=-1)) + 1
        return np.where(self.starts >= 0, self.starts, codes + behind)


def exemplars_of(cells: Sequence[Cell], processes: Processes) -> Exemplars:
    """Return the exemplars of all cells in their order."""
    rows = [one for cell in cells for one in cell.exemplars]
    counts = np.array([len(cell.exemplars) for cell in cells], np.int64)
    starts = processes.started_by(
        np.array([one.source for one in rows], np.int64),
        np.array([one.offset for one in rows], np.int64),
    )
    place = np.repeat(np.arange(len(cells)), counts)
    observed = np.array([cell.observation is not None for cell in cells], np.bool_)
    return Exemplars(rows, place, starts, observed[place])


def acts(exemplars: Exemplars, trees: Rows, programs: Rows) -> list[Act]:
    """Return all acts, in order of the first event of each: time, then fingerprint.

    ``trees`` are the trees of processes that exemplars belong to, ``programs`` those of which they are
    starts; -1 for none that is known.
    """
    units: dict[object, list[int]] = {}
    # Exemplars are few: some events of each finding and day.
    for row in np.flatnonzero(~exemplars.observed).tolist():
        units.setdefault(exemplars.unit(row), []).append(row)
    is_flood = np.bincount(exemplars.cells, minlength=1)[exemplars.cells] >= EXEMPLARS
    beside = _beside(exemplars, trees, is_flood)
    together: dict[tuple[tuple[int, ...], frozenset[int], int], list[int]] = {}
    cells = exemplars.cells.tolist()
    tree_of, program_of = trees.tolist(), np.where(is_flood, -1, programs).tolist()
    for rows in units.values():
        own = {cells[row] for row in rows}
        others = beside.get(max(tree_of[row] for row in rows), frozenset()) - own
        program = max(program_of[row] for row in rows)
        together.setdefault((tuple(sorted(own)), others, program), []).extend(rows)
    found = [
        Act(signature, run)
        for (signature, _, _), rows in together.items()
        for run in _runs(sorted(rows, key=lambda row: _when(exemplars.rows[row])), exemplars)
    ]
    found += _whole(exemplars)
    return sorted(found, key=lambda act: (_when(exemplars.rows[act.exemplars[0]]), act.cells))


def _beside(
    exemplars: Exemplars, trees: Rows, is_flood: NDArray[np.bool_]
) -> dict[int, frozenset[int]]:
    """Return the cells that speak of each tree.

    Cells that did not keep all of their events say nothing here: of trees that did the same again and
    again, all day long, they would know a few only, and tell those from the others.
    """
    rows = np.flatnonzero((trees >= 0) & ~exemplars.observed & ~is_flood)
    found: dict[int, set[int]] = {}
    for tree, cell in zip(trees[rows].tolist(), exemplars.cells[rows].tolist(), strict=True):
        found.setdefault(tree, set()).add(cell)
    return {tree: frozenset(cells) for tree, cells in found.items()}


def _whole(exemplars: Exemplars) -> list[Act]:
    """Return an act for each observation."""
    by_cell: dict[int, list[int]] = {}
    for row in np.flatnonzero(exemplars.observed).tolist():
        by_cell.setdefault(int(exemplars.cells[row]), []).append(row)
    return [
        Act((cell,), tuple(sorted(rows, key=lambda row: _when(exemplars.rows[row]))))
        for cell, rows in by_cell.items()
    ]


def _runs(rows: list[int], exemplars: Exemplars) -> list[tuple[int, ...]]:
    """Return rows, in order of time, cut where nothing happened for an hour: a habit has its times."""
    runs: list[list[int]] = []
    last = 0
    for row in rows:
        time = exemplars.rows[row].filetime or 0
        if not runs or time - last > PAUSE:
            runs.append([])
        runs[-1].append(row)
        last = time
    return [tuple(run) for run in runs]


def _when(one: Exemplar) -> tuple[int, bytes, int, int]:
    return (
        -1 if one.filetime is None else one.filetime,
        one.fingerprint,
        one.source,
        one.offset,
    )
