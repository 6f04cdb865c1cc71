"""Starts of processes as traces tell them: numbers on disk, in parts that no process crosses.

A host's starts are all in one part, so that each part can be linked by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.model.traces import Role, TraceStore
from gamekeeper.questions.processes import fields

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gamekeeper.incidents.shelf import Shelf
    from gamekeeper.questions.processes.fields import Codes
    from gamekeeper.questions.searches import Ints, Rows

#: One start; the names are those of ``questions.processes.log.Records``.
START: Final = np.dtype(
    [
        ("hosts", np.int32),
        ("pids", np.int32),
        ("parent_pids", np.int32),
        ("images", np.int32),
        ("parent_images", np.int32),
        ("sources", np.int32),
        ("times", np.int64),
        ("offsets", np.int64),
        ("guids", np.uint64, 2),
        ("parent_guids", np.uint64, 2),
        ("is_sysmon", np.bool_),
    ]
)
#: Traces for each of which there is one part more.
_PART: Final = 100_000
_PID_LIMIT: Final = 1 << 31
_COLUMNS: Final = (
    "filetime",
    "source",
    "offset",
    "is_sysmon",
    "pid",
    "parent_pid",
    "host",
    "guid",
    "parent_guid",
    "image",
    "parent_image",
)


def part_of(hosts: Ints, parts: int) -> Ints:
    """Return the part that each host is in."""
    return hosts % parts


def part_name(part: int) -> str:
    """Return the name of a part's starts on the shelf: rows of ``START``."""
    return f"starts {part}"


def put_away(traces: TraceStore, hosts: Codes, programs: Codes, shelf: Shelf) -> int:
    """Put the starts among some traces on the shelf; return the number of parts."""
    parts = len(traces) // _PART + 1
    for batch in traces.batches((*_COLUMNS, "role")):
        rows = np.flatnonzero(batch.column("role").to_numpy() & int(Role.START))
        found = _starts(batch.take(pa.array(rows)), hosts, programs)
        part = part_of(found["hosts"], parts)
        order = np.argsort(part, kind="stable")
        ends = np.cumsum(np.bincount(part, minlength=parts))
        for number, rows_of in enumerate(np.split(order, ends[:-1])):
            if len(rows_of):
                shelf.put(part_name(number), found[rows_of])
    return parts


def _starts(batch: pa.RecordBatch, hosts: Codes, programs: Codes) -> NDArray[np.void]:
    found = np.empty(batch.num_rows, START)
    found["hosts"] = fields.hosts(batch.column("host"), hosts)
    found["pids"] = numbers(batch.column("pid"))
    found["parent_pids"] = numbers(batch.column("parent_pid"))
    found["times"] = fields.filetimes(batch.column("filetime"))
    found["guids"] = fields.guids(batch.column("guid"))
    found["parent_guids"] = fields.guids(batch.column("parent_guid"))
    found["images"] = fields.programs(batch.column("image"), programs)
    found["parent_images"] = fields.programs(batch.column("parent_image"), programs)
    found["is_sysmon"] = batch.column("is_sysmon").to_numpy(zero_copy_only=False)
    found["sources"] = batch.column("source").to_numpy()
    found["offsets"] = batch.column("offset").to_numpy()
    return found


def event_keys(sources: Ints, offsets: Ints) -> Rows:
    """Return the two numbers of each event id as one: files below 2^23, offsets below 2^40."""
    keys: Rows = (sources.astype(np.int64) << 40) | offsets.astype(np.int64)
    return keys


def numbers(column: pa.Array) -> NDArray[np.int32]:
    """Return process ids as numbers from 0 to 2^31 - 1; -1 for anything else."""
    wide = column.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where((wide >= 0) & (wide < _PID_LIMIT), wide, -1).astype(np.int32)
