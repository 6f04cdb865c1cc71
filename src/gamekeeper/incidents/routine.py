"""Routines of Windows itself that look like an intruder's work: known by the processes that begin them.

``content/routines.yml`` names each by the program and the command line that begin it and by the program that
must have started that. What such a process starts, directly or not, is the routine's. A person who runs the
same script by hand has another parent, and is not excused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from gamekeeper.content import load_yaml
from gamekeeper.model.traces import Role
from gamekeeper.questions.processes.fields import program_of

if TYPE_CHECKING:
    import pyarrow as pa

    from gamekeeper.incidents.processes import Processes
    from gamekeeper.model.traces import TraceStore
    from gamekeeper.questions.searches import Rows

_COLUMNS: Final = ("source", "offset", "role", "command_line", "image", "parent_image")


def routine_nodes(processes: Processes, traces: TraceStore) -> Rows:
    """Return the processes that routines began, and all that those started."""
    roots = [_roots(processes, batch) for batch in traces.batches(_COLUMNS)]
    found = np.unique(np.concatenate([np.empty(0, np.int64), *roots]))
    if not len(found):
        return found
    return np.union1d(found, processes.below(found, len(processes)))


def _roots(processes: Processes, batch: pa.RecordBatch) -> Rows:
    """Return the nodes of a batch's starts that begin a routine."""
    lines = batch.column("command_line")
    codes = lines.indices.fill_null(len(lines.dictionary)).to_numpy()
    is_start = (batch.column("role").to_numpy() & int(Role.START)) != 0
    found: list[int] = []
    for program, parent, line in _routines():
        matched = pc.match_substring_regex(lines.dictionary, line, ignore_case=True)
        is_one = np.append(pc.fill_null(matched, False).to_numpy(zero_copy_only=False), False)
        if not is_one.any():
            continue
        for row in np.flatnonzero(is_start & is_one[codes]).tolist():  # few are a routine's
            images = [
                program_of(batch.column(name)[row].as_py()) for name in ("image", "parent_image")
            ]
            if images == [program, parent]:
                found.append(row)
    rows = np.array(found, np.int64)
    sources, offsets = (batch.column(name).to_numpy()[rows] for name in ("source", "offset"))
    nodes = processes.started_by(sources, offsets)
    return nodes[nodes >= 0]


@cache
def _routines() -> tuple[tuple[str, str, str], ...]:
    found = []
    for routine in load_yaml("routines.yml")["routines"]:
        re.compile(routine["command_line"])
        found.append((routine["program"], routine["parent"], routine["command_line"]))
    return tuple(found)
