"""Rows of all units, and what is remembered, as one file in which each habit and day stands once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.analytics.baselines.marks import ACCOUNT_MARKS, HOST_MARKS
from gamekeeper.engine.runs import RunWriter, merge_runs, no_room
from gamekeeper.model.habits import SAME, SEEN_KEY, SEEN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gamekeeper.engine.runs import Run

_ROWS: Final = 65_536


@dataclass(frozen=True, slots=True)
class Seen:
    """All rows on disk, in order of ``SEEN_KEY``, and the marks that tell roles."""

    path: Path
    rows: int
    remembered: int = 0  # rows that came from memory
    host_marks: dict[str, set[str]] = field(default_factory=dict)
    account_marks: dict[str, set[str]] = field(default_factory=dict)

    def tables(self) -> Iterator[pa.Table]:
        """Yield the rows of whole habits: all of one baseline and key come in one table."""
        waiting: list[pa.Table] = []
        for batch in self.batches():
            table = pa.Table.from_batches([batch])
            border = _last_border(table)
            if border:
                yield pa.concat_tables([*waiting, table.slice(0, border)]).combine_chunks()
                waiting = []
            elif waiting and _differ(waiting[-1], table):
                yield pa.concat_tables(waiting).combine_chunks()
                waiting = []
            waiting.append(table.slice(border))
        if waiting:
            yield pa.concat_tables(waiting).combine_chunks()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows as they lie there."""
        if self.rows:
            with pa.OSFile(str(self.path), "rb") as source, pa.ipc.open_stream(source) as reader:
                yield from reader


def merge(runs: Sequence[Run], remembered: Iterable[pa.RecordBatch], folder: Path) -> Seen:
    """Return what runs and memory hold; the runs are used up."""
    memory = RunWriter(folder, "remembered-habits", SEEN_KEY)
    known = 0
    for batch in remembered:
        memory.add(batch)
        known += batch.num_rows
    path = folder / "habits.arrow"
    marks: dict[str, dict[str, set[str]]] = {
        HOST_MARKS.name: defaultdict(set),
        ACCOUNT_MARKS.name: defaultdict(set),
    }
    rows = 0
    try:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, SEEN_SCHEMA) as writer:
            for table in _once(merge_runs([*runs, *memory.finish()], SEEN_KEY)):
                _mark(table, marks)
                writer.write_table(table, max_chunksize=_ROWS)
                rows += table.num_rows
    except OSError as error:
        raise no_room(folder, error) from error
    return Seen(path, rows, known, dict(marks[HOST_MARKS.name]), dict(marks[ACCOUNT_MARKS.name]))


def _once(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Make one row of those that say the same of one day; they may stand in two tables."""
    waiting = SEEN_SCHEMA.empty_table()
    for table in tables:
        both = pa.concat_tables([waiting, table]).combine_chunks()
        found = _collapsed(both)
        waiting = found.slice(found.num_rows - 1)
        if found.num_rows > 1:
            yield found.slice(0, found.num_rows - 1)
    if waiting.num_rows:
        yield waiting


def _collapsed(table: pa.Table) -> pa.Table:
    starts = np.flatnonzero(changes(table, SAME))
    now = table.column("now").to_numpy()
    cited = table.column("fingerprint").is_valid().to_numpy()
    first = table.take(pa.array(starts))
    # Who has the earliest event of a habit has its fingerprint, but may stand behind an equal row.
    lacking = ~cited[starts] & np.maximum.reduceat(cited, starts)
    if lacking.any():
        first = _with_prints(first, table, starts, lacking)
    seen = pa.array(np.maximum.reduceat(now, starts))
    return first.set_column(SEEN_SCHEMA.get_field_index("now"), SEEN_SCHEMA.field("now"), seen)


def _with_prints(
    first: pa.Table, table: pa.Table, starts: NDArray[np.int64], lacking: NDArray[np.bool_]
) -> pa.Table:
    """Give rows the fingerprint of an equal row about the very same event."""
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, table.num_rows)))
    is_same = lacking[group] & table.column("fingerprint").is_valid().to_numpy()
    for name in SEEN_KEY[4:]:
        numbers = table.column(name).to_numpy()
        is_same &= numbers == numbers[starts][group]
    groups, at = np.unique(group[is_same], return_index=True)
    rows = np.full(len(starts), -1, np.int64)
    rows[groups] = np.flatnonzero(is_same)[at]
    given = table.column("fingerprint").take(pa.array(rows, mask=rows < 0))
    place = SEEN_SCHEMA.get_field_index("fingerprint")
    prints = pc.coalesce(first.column("fingerprint"), given)
    return first.set_column(place, SEEN_SCHEMA.field(place), prints)


def changes(table: pa.Table, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which rows differ from the one before in any of some columns; the first does."""
    changed = np.zeros(table.num_rows, bool)
    if len(changed):
        changed[0] = True
    for name in names:
        column = table.column(name)
        other = pc.not_equal(column.slice(1), column.slice(0, max(0, len(column) - 1)))
        changed[1:] |= other.to_numpy()
    return changed


def once(table: pa.Table) -> pa.Table:
    """Return of sorted rows the first of each habit and day; of one event by host and account."""
    starts = changes(table, SAME)
    if starts.all():
        return table
    if not (changes(table, SEEN_KEY) | ~changes(table, ("host", "account"))).all():
        order = [(name, "ascending") for name in (*SEEN_KEY, "host", "account")]
        table = table.take(pc.sort_indices(table, order))
    return table.filter(pa.array(starts))


def first_rows(table: pa.Table) -> NDArray[np.int64]:
    """Return for each of sorted rows the first one of its habit."""
    group = np.cumsum(changes(table, ("baseline", "key")))
    who = table.column("who").combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.lexsort((table.column("day").to_numpy(), who, group))
    begins = np.ones(len(order), bool)
    begins[1:] = (group[order][1:] != group[order][:-1]) | (who[order][1:] != who[order][:-1])
    found = np.empty(len(order), np.int64)
    found[order] = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    return found


def _last_border(table: pa.Table) -> int:
    """Return where the last habit of a table begins; 0 where it has but one."""
    return int(np.flatnonzero(changes(table, ("baseline", "key")))[-1])


def _differ(table: pa.Table, other: pa.Table) -> bool:
    return any(table.column(name)[0] != other.column(name)[0] for name in ("baseline", "key"))


def _mark(table: pa.Table, marks: dict[str, dict[str, set[str]]]) -> None:
    for name, found in marks.items():
        mine = table.filter(pc.equal(table.column("baseline"), name)).select(["who", "key"])
        for who, key in zip(*(column.to_pylist() for column in mine.columns), strict=True):
            found[who].add(key)
