"""The process events of a case as columns of numbers, each with the way back to its event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from gamekeeper.questions.processes import fields
from gamekeeper.questions.processes.fields import Codes
from gamekeeper.questions.searches import Ints, Rows, coded

if TYPE_CHECKING:
    import pyarrow as pa

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

SYSMON: Final = "windows.sysmon"
SECURITY: Final = "windows.security"
_SYSMON_IDS: Final = (1, 5)
_SECURITY_IDS: Final = (4688, 4689)
_SYSMON_COLUMNS: Final = (
    "UtcTime",
    "ProcessGuid",
    "ProcessId",
    "Image",
    "ParentProcessGuid",
    "ParentProcessId",
    "ParentImage",
)
_SECURITY_COLUMNS: Final = (
    "NewProcessId",
    "NewProcessName",
    "ProcessId",
    "ProcessName",
    "ParentProcessName",
)
_NAMES: Final = (
    "hosts",
    "pids",
    "parent_pids",
    "times",
    "images",
    "parent_images",
    "is_start",
    "is_sysmon",
    "hits",
    "parent_hits",
    "sources",
    "offsets",
    "written",
)
#: Says which distinct texts of a column contain what is looked for.
Seeks = Callable[[str], bool]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Records:
    """Starts and ends as the logs tell them, a record a row; the fields are those of ``processes.Starts``.

    ``sources`` and ``offsets`` point at the event, ``written`` is its FILETIME. ``hits`` says which records
    hold the text that is looked for, ``parent_hits`` which of them say it of the parent.
    """

    hosts: Ints
    pids: Ints
    parent_pids: Ints
    times: Ints
    guids: Ints
    parent_guids: Ints
    images: Ints
    parent_images: Ints
    is_start: NDArray[np.bool_]
    is_sysmon: NDArray[np.bool_]
    hits: NDArray[np.bool_]
    parent_hits: NDArray[np.bool_]
    sources: Ints
    offsets: Ints
    written: Ints
    guid_halves: NDArray[np.uint64]  # of each code
    host_names: list[str]
    programs: list[str]

    def __len__(self) -> int:
        return len(self.hosts)

    def taken(self, rows: Rows) -> Records:
        """Return some of the records."""
        columns: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in (*_NAMES, "guids", "parent_guids")
        }
        return replace(self, **columns)

    def guid_code(self, guid: str) -> int:
        """Return the code of a ProcessGuid, -1 where no record has it."""
        spelt = int(guid.strip("{}").replace("-", ""), 16)
        halves = np.array([spelt >> 64, spelt & (1 << 64) - 1], np.uint64)
        found = np.flatnonzero((self.guid_halves == halves).all(axis=1))
        return int(found[0]) if len(found) else -1


#: Columns in which a text is looked for: what an event says of the process, and of its parent.
SOUGHT: Final = {
    SYSMON: ("Image", "CommandLine", "User", "OriginalFileName", "Hashes", "CurrentDirectory"),
    SECURITY: ("NewProcessName", "CommandLine", "SubjectUserName", "TargetUserName"),
}
SOUGHT_OF_PARENT: Final = {
    SYSMON: ("ParentImage", "ParentCommandLine", "ParentUser"),
    SECURITY: ("ParentProcessName",),
}


def read(snapshot: Snapshot, selection: Selection, seeks: Seeks | None = None) -> Records:
    """Return the starts and ends of processes among the selected events.

    Takes about 100 bytes a record; text is looked at once for each distinct value of a row group.
    """
    hosts, programs = Codes(), Codes()
    parts: dict[str, list[NDArray[Any]]] = defaultdict(list)
    for dataset, ids, columns, reader in (
        (SYSMON, _SYSMON_IDS, _SYSMON_COLUMNS, _sysmon),
        (SECURITY, _SECURITY_IDS, _SECURITY_COLUMNS, _security),
    ):
        chosen = replace(selection, datasets=(dataset,), event_ids=ids)
        sought = SOUGHT[dataset] if seeks else ()
        of_parent = SOUGHT_OF_PARENT[dataset] if seeks else ()
        for batch in snapshot.batches(chosen, (*columns, *sought, *of_parent)):
            found = _shared(batch.table, hosts) | reader(batch.table, programs)
            found["hits"] = _hits(batch.table, sought, seeks)
            found["parent_hits"] = _hits(batch.table, of_parent, seeks)
            for name, column in found.items():
                parts[name].append(column)
    return _records(parts, hosts.names(), programs.names())


def _shared(table: pa.RecordBatch, hosts: Codes) -> Columns:
    return {
        "hosts": fields.hosts(table.column("host.name"), hosts),
        "sources": table.column("event.source").to_numpy(),
        "offsets": table.column("event.offset").to_numpy(),
        "written": fields.filetimes(table.column("event.filetime")),
    }


def _sysmon(table: pa.RecordBatch, programs: Codes) -> Columns:
    written = fields.filetimes(table.column("event.filetime"))
    return {
        "pids": fields.pids(table.column("ProcessId")),
        "parent_pids": fields.pids(table.column("ParentProcessId")),
        "times": fields.settled(written, fields.utc_times(table.column("UtcTime"))),
        "guids": fields.guids(table.column("ProcessGuid")),
        "parent_guids": fields.guids(table.column("ParentProcessGuid")),
        "images": fields.programs(table.column("Image"), programs),
        "parent_images": fields.programs(table.column("ParentImage"), programs),
        "is_start": table.column("EventID").to_numpy() == _SYSMON_IDS[0],
        "is_sysmon": np.ones(table.num_rows, bool),
    }


def _security(table: pa.RecordBatch, programs: Codes) -> Columns:
    is_start = table.column("EventID").to_numpy() == _SECURITY_IDS[0]
    # In 4688 ProcessId is the creator; in 4689 it is the process that ended.
    subject = fields.pids(table.column("ProcessId"))
    started = fields.pids(table.column("NewProcessId"))
    new = fields.programs(table.column("NewProcessName"), programs)
    ended = fields.programs(table.column("ProcessName"), programs)
    none = np.zeros((table.num_rows, 2), np.uint64)
    return {
        "pids": np.where(is_start, started, subject),
        "parent_pids": np.where(is_start, subject, np.int32(-1)),
        "times": fields.filetimes(table.column("event.filetime")),
        "guids": none,
        "parent_guids": none,
        "images": np.where(is_start, new, ended),
        "parent_images": fields.programs(table.column("ParentProcessName"), programs),
        "is_start": is_start,
        "is_sysmon": np.zeros(table.num_rows, bool),
    }


def _hits(
    table: pa.RecordBatch, columns: tuple[str, ...], seeks: Seeks | None
) -> NDArray[np.bool_]:
    hits = np.zeros(table.num_rows, bool)
    for name in columns if seeks else ():
        assert seeks is not None
        column = table.column(name)
        answers = [text is not None and seeks(text) for text in column.dictionary.to_pylist()]
        codes = column.indices.fill_null(len(answers)).to_numpy()
        hits |= np.array([*answers, False], bool)[codes]
    return hits


def _records(
    parts: dict[str, list[NDArray[Any]]], host_names: list[str], programs: list[str]
) -> Records:
    columns: Columns = {name: np.concatenate(parts[name]) for name in parts} or _nothing()
    own, parent = columns.pop("guids"), columns.pop("parent_guids")
    both = np.concatenate([own, parent])
    codes = coded(both[:, 0], both[:, 1])
    halves = both[np.unique(codes, return_index=True)[1]]
    codes[~both.any(axis=1)] = -1
    columns["guids"], columns["parent_guids"] = codes[: len(own)], codes[len(own) :]
    return Records(**columns, guid_halves=halves, host_names=host_names, programs=programs)


def _nothing() -> Columns:
    kinds = dict.fromkeys(("is_start", "is_sysmon", "hits", "parent_hits"), bool)
    empty: Columns = {name: np.empty(0, kinds.get(name, np.int64)) for name in _NAMES}
    return empty | dict.fromkeys(("guids", "parent_guids"), np.empty((0, 2), np.uint64))
