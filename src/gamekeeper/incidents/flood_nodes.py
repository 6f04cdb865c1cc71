"""The processes that a flood of equal starts made.

A shell that starts one program a hundred thousand times is neither a program that starts everything, nor a
script whose other acts count as one, and its story has no room for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.witnesses import records_of, rows_of
from gamekeeper.model.traces import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.incidents.cells import CellRows
    from gamekeeper.incidents.exemplars import Exemplars
    from gamekeeper.incidents.floods import Floods
    from gamekeeper.incidents.processes import Processes
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Rows

NO_ROWS: Final = np.empty(0, np.int64)


def made_by(
    exemplars: Exemplars,
    floods: Floods,
    cells: CellRows,
    processes: Processes,
    traces: TraceStore,
) -> list[Rows]:
    """Return what each flood started: processes of whose start a rule spoke, in their order."""
    pouring = np.flatnonzero((exemplars.starts >= 0) & floods.is_flooded[exemplars.rows.cells])
    of_cell = exemplars.rows.cells[pouring]
    known = np.unique(of_cell)
    likely = [
        _alike(exemplars.starts[pouring[of_cell == cell]], cell, cells, processes)
        for cell in known.tolist()
    ]
    told = _told(likely, processes, traces)
    found = []
    for stand in np.unique(floods.stands[known]).tolist():
        own = np.flatnonzero(floods.stands[known] == stand)
        made = np.unique(np.concatenate([likely[at] for at in own.tolist()]))
        found.append(made[np.isin(made, told)])
    return found


def flood_nodes(made: Sequence[Rows], processes: Processes, kept: Rows = NO_ROWS) -> Rows:
    """Return what floods started but for the first of each, and what all that started.

    Of the latter the first of each program is left. Where some processes are ``kept``, these are what is left
    of their flood, and all that they started.
    """
    found = [NO_ROWS]
    for nodes in made:
        stays = nodes[np.isin(nodes, kept)] if np.isin(nodes, kept).any() else nodes[:1]
        started = processes.below(nodes, len(processes))
        first = np.unique(processes.starts.images[started], return_index=True)[1]
        of_kept = processes.below(stays, len(processes)) if len(kept) else NO_ROWS
        found += [np.setdiff1d(nodes, stays), np.setdiff1d(np.delete(started, first), of_kept)]
    return np.unique(np.concatenate(found))


def _alike(nodes: Rows, cell: int, cells: CellRows, processes: Processes) -> Rows:
    """Return what the parents of some nodes started of the same programs while the cell lasted."""
    of = processes.starts
    parents = np.unique(processes.parents[nodes]).astype(np.int64)
    found = processes.children_of(parents[parents >= 0])
    times = of.times[found]
    is_one = np.isin(of.images[found], np.unique(of.images[nodes]))
    is_one &= (times >= cells.firsts[cell]) & (times <= cells.lasts[cell])
    return found[is_one]


def _told(likely: Sequence[Rows], processes: Processes, traces: TraceStore) -> Rows:
    """Return those processes of whose start a rule spoke."""
    nodes = np.unique(np.concatenate([NO_ROWS, *likely]))
    keys = processes.keys(nodes)
    wanted = np.sort(keys.values).astype(np.int64)
    found = [NO_ROWS]
    for batch in traces.batches(("source", "offset", "role")) if len(wanted) else ():
        rows = rows_of(batch, wanted)
        is_told = (batch.column("role").to_numpy()[rows] & int(Role.MATCHED)) != 0
        found.append(records_of(batch)[rows[is_told]])
    told: Rows = nodes[np.unique(keys.owners()[np.isin(keys.values, np.concatenate(found))])]
    return told
