"""Steps that ask for what was never seen before: an account from a new source, say.

Memory reaches as far as the logs that are given. So every event that is let through carries how long what it
is new *for* had been in the logs by then, and a step may ask for a length of history before it believes.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from gamekeeper.analytics.chains.schema import STEP_SCHEMA, halves, values_of
from gamekeeper.engine.correlation.row_file import write_rows
from gamekeeper.engine.correlation.schema import group_key
from gamekeeper.engine.correlation.windows import TICKS
from gamekeeper.engine.runs import RunWriter, merge_runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from gamekeeper.analytics.chains.ir import FirstEver
    from gamekeeper.analytics.chains.plan import BoundBody, ChainPlan
    from gamekeeper.engine.correlation.row_file import RowFile

#: Half of a key: what is known; the other half: what is new.
_HALF: Final = 8
#: The half of what is new for rows that show only since when the other half is known.
_BEFORE: Final = bytes(_HALF)
_SORTED: Final = ("key", "filetime", "order", "fingerprint", "role", "source", "offset")


class FirstSeen:
    """Takes the rows of such steps out of the others, and gives back those of the first events."""

    def __init__(self, plan: ChainPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._asking = {
            (bound.number, role): step.first_ever
            for bound in plan.bodies
            for role, step in enumerate(bound.body.steps)
            if step.first_ever is not None
        }
        self._since = {
            (number, role): [step.name for step in plan.bodies[number].body.steps].index(
                asked.since
            )
            for (number, role), asked in self._asking.items()
            if asked.since
        }
        self._writers: dict[tuple[int, int], RunWriter] = {}

    def without(self, table: pa.Table) -> pa.Table:
        """Keep the rows of asking steps for later, and return the others."""
        keep = np.ones(table.num_rows, np.bool_)
        body, role = (table.column(name).to_numpy() for name in ("body", "role"))
        for (number, place), asked in self._asking.items():
            mine = (body == number) & (role == place)
            if mine.any():
                keep &= ~mine
                rows = table.filter(pa.array(mine))
                self._add((number, place), _keyed(self._plan.bodies[number], asked, rows))
            earlier = (body == number) & (role == self._since.get((number, place), -1))
            if earlier.any():
                rows = table.filter(pa.array(earlier))
                self._add((number, place), _keyed(self._plan.bodies[number], asked, rows, _BEFORE))
        return table.filter(pa.array(keep))

    def _add(self, step: tuple[int, int], table: pa.Table) -> None:
        if step not in self._writers:
            stem = f"first-{step[0]}-{step[1]}"
            self._writers[step] = RunWriter(self._folder, stem, _SORTED)
        for batch in table.to_batches():
            self._writers[step].add(batch)

    def firsts(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the first events of all asking steps, as they came."""
        for step, writer in sorted(self._writers.items(), key=lambda item: item[0]):
            path = self._folder / f"first-{step[0]}-{step[1]}.arrow"
            schema = STEP_SCHEMA.append(pa.field("group", pa.binary(16)))
            file = write_rows(path, merge_runs(writer.finish(), _SORTED), schema)
            for first, known_for in _known_firsts(file):
                is_asked = first.role == step[1]
                if is_asked and known_for >= self._asking[step].history_s * TICKS:
                    for rows in file.slices(first.row, first.stop):
                        yield _given_back(rows, known_for)


def _keyed(
    bound: BoundBody, asked: FirstEver, table: pa.Table, other: bytes | None = None
) -> pa.Table:
    """Sort rows by what is compared; their own key waits in a column more.

    ``other`` stands for what is new in rows of another step, which show only since when the rest is known.
    """
    known, new = ([bound.place(name) for name in names] for names in (asked.known, asked.new))
    keys: dict[str, bytes] = {}
    found = []
    for text in table.column("values").to_pylist():  # each distinct text once
        if text not in keys:
            values = values_of(text)
            halves = (group_key([values[at] or "" for at in places]) for places in (known, new))
            begin, end = (half[:_HALF] for half in halves)
            keys[text] = begin + (other or end)
        found.append(keys[text])
    group = table.column("key")
    place = table.schema.get_field_index("key")
    keyed = table.set_column(place, table.schema.field(place), pa.array(found, pa.binary(16)))
    return keyed.append_column(pa.field("group", pa.binary(16)), group)


class _First(NamedTuple):
    """The first event of a key; ``row`` to ``stop`` are its rows. ``known`` tells known halves apart."""

    known: int
    time: int
    role: int
    row: int
    stop: int


def _known_firsts(file: RowFile) -> Iterator[tuple[_First, int]]:
    """Yield the first event of each key, and how long its known half had been there by then."""
    begins = _begins(file)
    known, began = -1, 0
    for first in _firsts(file):
        if first.known != known:
            known, began = next(begins)
        yield first, first.time - began


def _begins(file: RowFile) -> Iterator[tuple[int, int]]:
    """Yield the earliest time of each known half, in the order of the file."""
    for known, firsts in groupby(_firsts(file), key=lambda first: first.known):
        yield known, min(first.time for first in firsts)


def _firsts(file: RowFile) -> Iterator[_First]:
    """Yield the first event of each key; events are many, keys are few."""
    row, waiting = 0, None
    before: NDArray[np.uint64] | None = None
    for batch in file.slices(0, file.rows):
        keys, times = halves(batch.column("key")), batch.column("filetime").to_numpy()
        marks = np.column_stack([keys, times.view(np.uint64), halves(batch.column("fingerprint"))])
        above = np.concatenate([~marks[:1] if before is None else before, marks[:-1]])
        is_other = marks != above
        starts = np.flatnonzero(is_other.any(axis=1))
        roles = batch.column("role").to_numpy()
        if waiting is not None and len(starts):
            yield waiting._replace(stop=row + int(starts[0]))
            waiting = None
        stops = [*(starts[1:] + row).tolist(), -1]
        for at in np.flatnonzero(is_other[starts, :2].any(axis=1)).tolist():
            start = int(starts[at])
            first = _First(
                int(keys[start, 0]), int(times[start]), int(roles[start]), row + start, stops[at]
            )
            if first.stop >= 0:
                yield first
            else:
                waiting = first  # its rows may go on in the next batch
        before, row = marks[-1:], row + len(marks)
    if waiting is not None:
        yield waiting._replace(stop=row)


def _given_back(rows: pa.RecordBatch, known_for: int) -> pa.RecordBatch:
    columns = {name: rows.column(name) for name in rows.schema.names}
    columns["key"] = rows.column("group")
    columns["known_for"] = pa.array([known_for] * rows.num_rows, pa.int64())
    return pa.RecordBatch.from_arrays(
        [columns[name] for name in STEP_SCHEMA.names], schema=STEP_SCHEMA
    )
