"""Routines of Windows itself that look like an intruder's work: known by the processes that begin them.

``content/routines.yml`` names each by the program and the command line that begin it and by the program that
must have started that. What such a process starts, directly or not, is the routine's. A person who runs the
same script by hand has another parent, and is not excused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.content import load_yaml
from gamekeeper.incidents.processes import event_keys
from gamekeeper.model.traces import Role
from gamekeeper.questions.processes.fields import program_of
from gamekeeper.questions.searches import first_equal

if TYPE_CHECKING:
    from gamekeeper.incidents.processes import Processes
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Rows


def routine_nodes(processes: Processes, traces: TraceStore) -> Rows:
    """Return the processes that routines began, and all that those started."""
    roots = [_roots(processes, batch) for batch in traces.batches()]
    found = np.unique(np.concatenate([np.empty(0, np.int64), *roots]))
    if not len(found):
        return found
    return np.union1d(found, processes.below(found, len(processes)))


def _roots(processes: Processes, batch: pa.RecordBatch) -> Rows:
    """Return the nodes of a batch's starts that begin a routine."""
    starts = np.flatnonzero(batch.column("role").to_numpy() & int(Role.START))
    rows = batch.take(pa.array(starts))
    hit = np.zeros(len(starts), bool)
    for program, parent, line in _routines():
        lines = pc.fill_null(
            pc.match_substring_regex(_plain(rows, "command_line"), line, ignore_case=True), False
        )
        at = np.flatnonzero(lines.to_numpy(zero_copy_only=False))
        for row in at.tolist():  # few command lines are a routine's
            images = [
                program_of(rows.column(name)[row].as_py()) for name in ("image", "parent_image")
            ]
            hit[row] |= images == [program, parent]
    chosen = np.flatnonzero(hit)
    keys = event_keys(
        rows.column("source").to_numpy()[chosen], rows.column("offset").to_numpy()[chosen]
    )
    at = first_equal(event_keys(processes.sources, processes.offsets), keys)
    nodes: Rows = processes.node_of[at[at >= 0]]
    return nodes


def _plain(rows: pa.RecordBatch, name: str) -> pa.Array:
    return rows.column(name).cast(pa.utf8())


@cache
def _routines() -> tuple[tuple[str, str, str], ...]:
    found = []
    for routine in load_yaml("routines.yml")["routines"]:
        re.compile(routine["command_line"])
        found.append((routine["program"], routine["parent"], routine["command_line"]))
    return tuple(found)
