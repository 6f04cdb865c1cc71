"""The rows of all units to hits: acts settled, sorted, walked over, one body at a time.

Parts come before the bodies that take them, so the windows of a part are rows of the next body before its
turn comes. Memory holds a few batches, whatever the logs hold.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.analytics.chains.acts import settled
from gamekeeper.analytics.chains.first_seen import FirstSeen
from gamekeeper.analytics.chains.gather import placed
from gamekeeper.analytics.chains.hits import HitMaker, events_of
from gamekeeper.analytics.chains.paranoia import checked
from gamekeeper.analytics.chains.schema import ACT_KEY, STEP_KEY, STEP_SCHEMA, batch_of
from gamekeeper.analytics.chains.stored import HIT_KEY, batches
from gamekeeper.analytics.chains.walk import windows
from gamekeeper.engine.correlation.row_file import RowFile, write_rows
from gamekeeper.engine.runs import RunWriter, merge_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.analytics.chains.gather import Left
    from gamekeeper.analytics.chains.plan import BoundBody, ChainPlan, Taker
    from gamekeeper.analytics.chains.schema import Fact, Row
    from gamekeeper.analytics.chains.walk import Window
    from gamekeeper.engine.runs import Run
    from gamekeeper.model.chains import ChainEvent, ChainHit

#: Windows of a part that wait to become a batch.
_WAITING: Final = 512


class Reducer:
    """Finds the chains of one hunt; a paranoid one asks the slow truth about every small group."""

    def __init__(self, plan: ChainPlan, folder: Path, *, paranoid: bool = False) -> None:
        self._plan = plan
        self._folder = folder
        self._paranoid = paranoid
        self._fed: dict[int, RunWriter] = {}
        self.counts: Counter[str] = Counter()  # hits of each chain, by its id
        self.left: Left = Counter()

    def hits(self, runs: Sequence[Run]) -> tuple[Run, ...]:
        """Return runs of all hits, in order of ``HIT_KEY``; the runs of rows are used up."""
        writer = RunWriter(self._folder, "chain-hits", HIT_KEY)
        own = self._parted(runs)
        for bound in self._plan.bodies:
            file = self._file(bound, own.pop(bound.number, None))
            if file is None:
                continue
            found = self._windows(bound, file)
            if bound.takers:
                found = self._feeding(bound, file, found)
            if bound.is_reported:
                for batch in batches(self._counted(bound, file, found)):
                    writer.add(batch)
            else:
                for _ in found:  # its takers have it all
                    pass
        return writer.finish()

    def _parted(self, runs: Sequence[Run]) -> dict[int, RowFile]:
        """Settle acts and what is new, and write the rows of each body into a file of their own."""
        writer = RunWriter(self._folder, "chain-rows", STEP_KEY)
        first_seen = FirstSeen(self._plan, self._folder)
        for table in settled(merge_runs(runs, ACT_KEY)):
            for batch in first_seen.without(table).to_batches():
                writer.add(batch)
        for batch in first_seen.firsts():
            writer.add(batch)
        parts = groupby(_parts(merge_runs(writer.finish(), STEP_KEY)), key=lambda part: part[0])
        return {
            number: write_rows(
                self._folder / f"body-{number}.arrow", (t for _, t in tables), STEP_SCHEMA
            )
            for number, tables in parts
        }

    def _file(self, bound: BoundBody, own: RowFile | None) -> RowFile | None:
        """Return the rows of a body, those that its parts gave among them."""
        writer = self._fed.pop(bound.number, None)
        if writer is None:
            return own
        runs = [*([own.as_run(STEP_KEY)] if own else []), *writer.finish()]
        if not runs:
            return None
        path = self._folder / f"body-{bound.number}-all.arrow"
        return write_rows(path, merge_runs(runs, STEP_KEY), STEP_SCHEMA)

    def _windows(self, bound: BoundBody, file: RowFile) -> Iterator[Window]:
        found = windows(bound, file)
        return checked(bound, file, found) if self._paranoid else found

    def _counted(
        self, bound: BoundBody, file: RowFile, found: Iterable[Window]
    ) -> Iterator[ChainHit]:
        chain = self._plan.chains[bound.chain]
        for hit in HitMaker(chain, bound, file).hits(found):
            self.counts[chain.id] += 1
            yield hit

    def _feeding(
        self, bound: BoundBody, file: RowFile, found: Iterable[Window]
    ) -> Iterator[Window]:
        """Make each window a row of the bodies that take it, and pass it on."""
        waiting: list[tuple[Taker, Row]] = []
        for window in found:
            row = _window_row(bound, file, window)
            waiting += [(taker, row) for taker in bound.takers]
            if len(waiting) >= _WAITING:
                self._feed(bound, waiting)
                waiting = []
            yield window
        self._feed(bound, waiting)

    def _feed(self, bound: BoundBody, rows: Sequence[tuple[Taker, Row]]) -> None:
        for taker in bound.takers:
            above = self._plan.bodies[taker.body]
            made = []
            for row in (row for other, row in rows if other == taker):
                said = dict(zip(bound.wanted, _said(row), strict=True))
                values = tuple(said.get(name) for name in above.wanted)
                key, text, lacks = placed(above, taker.role, values)
                if lacks:
                    self.left[above.number, lacks] += 1
                    continue
                ours = {"body": above.number, "role": taker.role, "order": taker.role}
                made.append({**row, **ours, "key": key, "values": text})
            if above.number not in self._fed:
                stem = f"fed-{above.number}"
                self._fed[above.number] = RunWriter(self._folder, stem, STEP_KEY)
            self._fed[above.number].add(batch_of(made))


def _said(row: Row) -> tuple[str | None, ...]:
    return tuple(orjson.loads(str(row["values"])))


def _window_row(bound: BoundBody, file: RowFile, window: Window) -> Row:
    """Return a window as one row: that of its last event, with what its events say together."""
    picked = [(role, fact) for role in sorted(window.picks) for fact in window.picks[role]]
    last, *records = _records(file, [window.last, *(fact for _, fact in picked)])
    events: list[ChainEvent] = []
    said: dict[str, str | None] = dict.fromkeys(bound.wanted)
    for (role, fact), own in zip(picked, records, strict=True):
        events += events_of(bound, bound.body.steps[role].name, own)
        for name, value in zip(bound.wanted, fact.values, strict=True):
            said[name] = said[name] or value
    digest = blake2b(f"{bound.number}".encode(), digest_size=16)
    for fact in (window.first, window.last):
        digest.update(fact.key + fact.time.to_bytes(8, "big", signed=True))
    digest.update(cast("bytes", last[0]["fingerprint"]))
    mark = digest.digest()
    return {
        **last[0],
        "filetime": window.last.time,
        "fingerprint": mark,
        "act": mark,
        "values": orjson.dumps([said[name] for name in bound.wanted]).decode(),
        "inner": orjson.dumps(events).decode(),
        "known_for": None,
    }


def _records(file: RowFile, facts: Sequence[Fact]) -> list[list[Row]]:
    """Return the records of some acts; taken out of Arrow at once, which costs as much as a single one."""
    parts = [next(file.slices(fact.row, fact.stop)) for fact in facts]
    rows = iter(pa.concat_batches(parts).to_pylist())
    return [list(islice(rows, len(part))) for part in parts]


def _parts(tables: Iterable[pa.Table]) -> Iterator[tuple[int, pa.Table]]:
    """Yield sorted rows by body."""
    for table in tables:
        numbers = table.column("body").to_numpy()
        starts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        for start, stop in zip(starts, [*starts[1:], len(numbers)], strict=True):
            yield int(numbers[start]), table.slice(start, stop - start)
