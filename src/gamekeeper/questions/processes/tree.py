"""The trees of processes: who started what, on each host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gamekeeper.model.answers import Answer
from gamekeeper.model.folding import fold
from gamekeeper.questions.pointers import Fields, Pointer, fetch
from gamekeeper.questions.processes.first_programs import boots
from gamekeeper.questions.processes.forest import Forest, Role, grown, in_period, roles, walked
from gamekeeper.questions.processes.linking import NEVER, By
from gamekeeper.questions.processes.log import SECURITY, SYSMON, read
from gamekeeper.questions.processes.nodes import ends_of, nodes_of
from gamekeeper.questions.processes.rows import (
    COLUMNS,
    SCHEMA,
    entity_id,
    moment,
    own_id,
    told,
    told_of_parent,
)

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: Rows whose texts are in memory at once.
_ROWS: Final = 4_096
_DAY: Final = 86_400 * 10_000_000  # 100 ns
_LINKED_BY: Final = {By.GUID: "guid", By.PID: "pid"}
_OF_PARENT: Final = ("entity_id", "pid", "name", "executable", "command_line")


def process_tree(
    snapshot: Snapshot,
    selection: Selection,
    *,
    root: str | None = None,
    match: str | None = None,
    lookback_days: int = 7,
) -> Answer:
    """Return the processes of the selected hosts as trees, each parent before its children.

    The period chooses what is shown. Parents start before: they are looked for ``lookback_days`` before it,
    ends a day after it. ``root`` is a process id, a ProcessGuid or a program's name: what is below it.
    ``match`` is text, case ignored: processes that contain it, with those above and below them.
    """
    start, stop = selection.start, selection.stop
    whole = replace(
        selection,
        start=None if start is None else start - lookback_days * _DAY,
        stop=None if stop is None else stop + _DAY,
        datasets=(),
        event_ids=(),
    )
    records = read(snapshot, whole, None if match is None else _containing(match))
    nodes = nodes_of(records)
    forest = grown(nodes, ends_of(records), boots(snapshot, whole, records))
    hits = None
    if match is not None:
        of_parents = nodes.records.parent_hits[nodes.main]
        hits = np.concatenate([nodes.hits, of_parents[forest.named_by]])
    inside = in_period(forest, start, stop)
    rows = _Rows(snapshot, whole, forest, roles(forest, inside, hits, root))
    return Answer("process-tree", SCHEMA, rows.batches(), _notes(forest))


def _containing(wanted: str) -> Callable[[str], bool]:
    folded = fold(wanted)
    return lambda text: folded in fold(text)


def _notes(forest: Forest) -> tuple[str, ...]:
    count = len(forest.nodes.starts)
    if not count:
        return ("no Sysmon 1 and no Security 4688 here: no log tells of processes that start",)
    notes = []
    if not (forest.links.ends != NEVER).any():
        notes.append("no Sysmon 5 and no Security 4689 here: processes have no end")
    if len(forest.named_by):
        notes.append(
            f"{len(forest.named_by):,} parents are only named by their children; "
            "their own start is not in these logs"
        )
    nameless = int((forest.parents[:count] < 0).sum())
    if nameless:
        notes.append(f"{nameless:,} processes do not name a parent")
    return tuple(notes)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Writes the shown processes, some thousand at a time."""

    snapshot: Snapshot
    selection: Selection
    forest: Forest
    roles: NDArray[np.int8]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order."""
        order = walked(self.forest, self.roles > 0)
        witnesses = _Witnesses(self.forest)
        path: list[Fields] = []  # what children repeat of each process from the top to the last row
        while chunk := list(islice(order, _ROWS)):
            texts = self._texts(row for row, _ in chunk)
            over = [self._parent(row) for row, depth in chunk if depth == 0]
            above = self._texts(row for row in over if row >= 0)
            rows = []
            for row, depth in chunk:
                del path[depth:]
                parent = path[-1] if path else self._unseen_parent(row, above)
                fields = self._row(row, texts) | {"tree.depth": depth}
                fields["witnesses"] = witnesses.of(row)
                path.append(
                    {f"process.parent.{name}": fields[f"process.{name}"] for name in _OF_PARENT}
                )
                rows.append(_with_parent(fields, parent))
            yield pa.RecordBatch.from_pylist(rows, schema=SCHEMA)

    def _parent(self, row: int) -> int:
        return int(self.forest.parents[row])

    def _record(self, row: int) -> int:
        """Return the record that tells of a process: its own, or that of the child that names it."""
        forest = self.forest
        if forest.is_named_only(row):
            row = int(forest.named_by[row - len(forest.nodes.starts)])
        return int(forest.nodes.main[row])

    def _texts(self, rows: Iterable[int]) -> dict[int, Fields]:
        """Return the events of some rows."""
        records = self.forest.nodes.records
        at: dict[int, Pointer] = {}
        times: dict[Pointer, int] = {}
        for row in rows:
            record = self._record(row)
            at[row] = (int(records.sources[record]), int(records.offsets[record]))
            times[at[row]] = int(records.written[record])
        chosen = replace(self.selection, datasets=(), event_ids=(1, 4688))
        found: dict[Pointer, Fields] = {}
        for dataset in (SYSMON, SECURITY):
            found |= fetch(
                self.snapshot, replace(chosen, datasets=(dataset,)), times.items(), COLUMNS
            )
        return {row: found[pointer] for row, pointer in at.items()}

    def _row(self, row: int, texts: dict[int, Fields]) -> Fields:
        """Return a process as a row; what its parent's own event says is not in it."""
        is_named_only = self.forest.is_named_only(row)
        fields: Fields = dict.fromkeys(SCHEMA.names)
        fields |= (
            self._named_row(row, texts[row]) if is_named_only else self._told_row(row, texts[row])
        )
        fields["tree.role"] = Role(self.roles[row]).name.lower()
        return fields

    def _told_row(self, row: int, event: Fields) -> Fields:
        """Return what the logs tell of a process."""
        starts, links = self.forest.nodes.starts, self.forest.links
        host, fields = self._host(row), told(event)
        pid, start, end = int(starts.pids[row]), int(starts.times[row]), int(links.ends[row])
        fields["host.name"] = host
        fields["@timestamp"] = moment(int(self.forest.nodes.records.times[self._record(row)]))
        fields["process.end"] = None if end == NEVER else moment(end)
        fields["process.pid"] = pid if pid >= 0 else None
        fields["process.entity_id"] = own_id(host, fields.get("process.guid"), pid, start)
        fields["event.code"] = event["EventID"]
        for name in ("event.dataset", "event.source", "event.offset", "event.record_id"):
            fields[name] = event[name]
        is_named = self._parent(row) >= 0 and not links.by[row]
        fields["process.parent.linked_by"] = (
            "named" if is_named else _LINKED_BY.get(By(links.by[row]))
        )
        parent = told_of_parent(event)
        return fields | {
            f"process.parent.{name}": parent.get(f"process.{name}") for name in _OF_PARENT
        }

    def _named_row(self, row: int, event: Fields) -> Fields:
        """Return what a child's event says about a parent whose own start is not in the logs."""
        child = int(self.forest.named_by[row - len(self.forest.nodes.starts)])
        host, fields = self._host(child), told_of_parent(event)
        named = (fields["process.pid"], fields["process.name"])
        start = int(self.forest.nodes.starts.times[child])
        guid = fields["process.guid"]
        fields["process.entity_id"] = own_id(host, guid) if guid else entity_id(host, *named, start)
        return fields | {"host.name": host}

    def _host(self, row: int) -> str:
        return self.forest.nodes.records.host_names[int(self.forest.nodes.starts.hosts[row])]

    def _unseen_parent(self, row: int, texts: dict[int, Fields]) -> Fields:
        """Return what children repeat of a parent that is not shown."""
        parent = self._parent(row)
        if parent < 0:
            return {}
        fields = self._row(parent, texts)
        return {f"process.parent.{name}": fields[f"process.{name}"] for name in _OF_PARENT}


def _with_parent(fields: Fields, parent: Fields) -> Fields:
    """Return a row with what is known of the parent: what its own event says counts first."""
    return fields | {name: value for name, value in parent.items() if value is not None}


class _Witnesses:
    """All records that tell of the start of a process."""

    def __init__(self, forest: Forest) -> None:
        self._records = forest.nodes.records
        node_of = forest.nodes.node_of
        self._rows = np.argsort(node_of, kind="stable")
        self._starts = np.searchsorted(node_of[self._rows], np.arange(len(forest) + 1))

    def of(self, row: int) -> list[str]:
        """Return the records of one process as ``dataset:source:offset``."""
        records = self._records
        return [
            f"{SYSMON if records.is_sysmon[at] else SECURITY}"
            f":{int(records.sources[at])}:{int(records.offsets[at])}"
            for at in self._rows[self._starts[row] : self._starts[row + 1]].tolist()
        ]
