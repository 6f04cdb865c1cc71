"""All rows of a hunt to the matches of its correlations: sorted, walked over, one correlation at a time.

Correlations come behind those whose matches they take, so the matches of one become rows of the next
before its turn comes. Memory holds a few batches, whatever the logs hold: rows and matches are on disk,
and a window is two places in a file and a few numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import orjson
import pyarrow as pa

from gamekeeper.engine.correlation import wording
from gamekeeper.engine.correlation.absence import absences
from gamekeeper.engine.correlation.paranoia import checked
from gamekeeper.engine.correlation.registry import spans
from gamekeeper.engine.correlation.row_file import RowFile, write_rows
from gamekeeper.engine.correlation.schema import (
    CARRIED,
    PLAIN_SCHEMA,
    ROW_KEY,
    group_key,
    lacking,
    order_of,
)
from gamekeeper.engine.correlation.windows import TICKS, Span
from gamekeeper.engine.runs import Run, RunWriter, merge_runs
from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.model.fingerprint import short_host
from gamekeeper.rules.correlation_ir import CorrelationType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.engine.correlation.ends import Ends
    from gamekeeper.engine.correlation.watched import Watched
    from gamekeeper.rules.plan import BoundCorrelation, Parent, Plan

#: Records of one match; what goes on beyond that is the next match, so that none needs memory without bound.
MEMBERS: Final = 20_000
#: Matches and the bytes of their lists of records that wait to become a batch.
_WAITING_ROWS: Final = 1024
_WAITING_BYTES: Final = 8 << 20

_UNSEEN: Final = "are of hosts whose logs would not show what is absent"
_TOO_LATE: Final = "are too close to the end of their host's logs"

_Row = dict[str, object]


class Reducer:
    """Correlates the rows of one hunt; a paranoid one asks the slow truth about every window."""

    def __init__(
        self, plan: Plan, folder: Path, ends: Ends, seen: Watched, *, paranoid: bool = False
    ) -> None:
        self._plan = plan
        self._paranoid = paranoid
        self._seen = seen
        self._ends = ends
        self._folder = folder
        self._chained: dict[int, RunWriter] = {}
        self.counts: Counter[int] = Counter()  # matches of each correlation
        self.rows: Counter[int] = Counter()  # what each had to look at
        self.left: Counter[tuple[int, str]] = Counter()

    def batches(self, runs: Sequence[Run], blind: Collection[int]) -> Iterator[pa.RecordBatch]:
        """Yield the matches of all correlations that are not ``blind``, as ``MATCH_SCHEMA``."""
        own = self._parted(runs)
        for number, bound in enumerate(self._plan.correlations):
            file = self._file(number, own.pop(number, None))
            if file is None or number in blind:
                continue
            self.rows[number] = file.rows
            yield from _batched(self._matches(number, bound, file))

    def _parted(self, runs: Sequence[Run]) -> dict[int, RowFile]:
        """Write the rows of each correlation into a file of their own."""
        parts = groupby(_parts(merge_runs(runs, ROW_KEY)), key=lambda part: part[0])
        return {
            number: write_rows(self._folder / f"correlation-{number}.arrow", (t for _, t in tables))
            for number, tables in parts
        }

    def _file(self, number: int, own: RowFile | None) -> RowFile | None:
        writer = self._chained.pop(number, None)
        if writer is None:
            return own
        runs = [*([own.as_run()] if own else []), *writer.finish()]
        path = self._folder / f"correlation-{number}-all.arrow"
        return write_rows(path, merge_runs(runs, ROW_KEY))

    def _matches(self, number: int, bound: BoundCorrelation, file: RowFile) -> Iterator[_Row]:
        titles = self._titles(bound)
        for span in self._spans(bound, file):
            for rows in _pieces(file, span):
                last = rows[-1]
                doubt = self._doubt(number, bound, last)
                if doubt:
                    self.left[number, doubt] += 1
                    continue
                self.counts[number] += 1
                values = orjson.loads(str(last["values"]))
                for parent in bound.parents:
                    self._feed(number, parent, rows)
                if bound.correlation.reported:
                    yield {
                        **{field.name: last[field.name] for field in CARRIED},
                        "rule": self._plan.shown + number,
                        "filetime": last["filetime"],
                        "fingerprint": last["shown"],
                        "fields": wording.fields(bound, values),
                        "why": wording.why(bound, span.measured, values, titles),
                        "contributing": orjson.dumps(_members(rows)).decode(),
                    }

    def _doubt(self, number: int, bound: BoundCorrelation, last: _Row) -> str:
        """Say why the host's logs would not have shown what has to be absent, or nothing."""
        hosts, host = self._seen.get(number), str(last["host"] or "")
        if hosts is None:
            return ""
        if short_host(host) not in hosts:
            return _UNSEEN
        end = self._ends.of(host)
        stop = cast("int", last["filetime"]) + bound.correlation.timespan_s * TICKS
        is_forward = bound.correlation.type is CorrelationType.ABSENCE
        return _TOO_LATE if is_forward and (end is None or stop > end) else ""

    def _spans(self, bound: BoundCorrelation, file: RowFile) -> Iterator[Span]:
        if bound.correlation.type is CorrelationType.ABSENCE:
            found = absences(file, bound.correlation.timespan_s * TICKS)
        else:
            found = spans(bound, file, self._folder)
        return checked(bound, file, found) if self._paranoid else found

    def _titles(self, bound: BoundCorrelation) -> list[str]:
        rules = self._plan.rules
        titles = [*(rule.title for rule in rules.rules), *(c.title for c in rules.correlations)]
        return [titles[role] for role in bound.roles]

    def _feed(self, number: int, parent: Parent, rows: Sequence[_Row]) -> None:
        """Make a match a row of the correlation above, in every group that its records name."""
        above = self._plan.correlations[parent.correlation]
        by_values: dict[str, list[_Row]] = defaultdict(list)
        for row in rows:
            below = orjson.loads(str(row["values"]))
            by_values[orjson.dumps([below[pick] for pick in parent.picks]).decode()].append(row)
        made = []
        for text, members in by_values.items():
            values = orjson.loads(text)
            reason = lacking(above, values)
            if reason:
                self.left[parent.correlation, reason] += 1
                continue
            key = group_key([values[place] or "" for place in above.group])
            made.append(
                {
                    **rows[-1],
                    "correlation": parent.correlation,
                    "key": key,
                    "fingerprint": _fingerprint(number, rows),
                    "order": order_of(above, (parent.role,)),
                    "role": parent.role,
                    "values": text,
                    "members": orjson.dumps(_members(members)).decode(),
                }
            )
        if parent.correlation not in self._chained:
            stem = f"chained-{parent.correlation}"
            self._chained[parent.correlation] = RunWriter(self._folder, stem, ROW_KEY)
        self._chained[parent.correlation].add(pa.RecordBatch.from_pylist(made, PLAIN_SCHEMA))


def _parts(tables: Iterable[pa.Table]) -> Iterator[tuple[int, pa.Table]]:
    """Yield sorted rows by correlation."""
    for table in tables:
        numbers = table.column("correlation").to_numpy()
        starts = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
        for start, stop in zip(starts, [*starts[1:], len(numbers)], strict=True):
            yield int(numbers[start]), table.slice(start, stop - start)


def _pieces(file: RowFile, span: Span) -> Iterator[list[_Row]]:
    """Yield the rows of a match, cut where it has too many records."""
    rows: list[_Row] = []
    size = 0
    for batch in file.slices(span.row, span.stop):
        for row in batch.to_pylist():
            rows.append(row)
            size += str(row["members"] or " ").count(",") + 1
            if size >= MEMBERS:
                yield rows
                rows, size = [], 0
    if rows:
        yield rows


def _members(rows: Iterable[_Row]) -> list[str]:
    """Return the ids of all records behind some rows, each once."""
    found: dict[str, None] = {}
    for row in rows:
        if row["members"] is None:
            found[f"{row['source']}:{row['offset']}"] = None
        else:
            found.update(dict.fromkeys(orjson.loads(str(row["members"]))))
    return list(found)


def _fingerprint(number: int, rows: Sequence[_Row]) -> bytes:
    """Return what tells one match of a correlation from another."""
    ends = [(row["key"], row["filetime"], row["fingerprint"]) for row in (rows[0], rows[-1])]
    return blake2b(repr((number, ends)).encode(), digest_size=16).digest()


def _batched(rows: Iterable[_Row]) -> Iterator[pa.RecordBatch]:
    waiting: list[_Row] = []
    size = 0
    for row in rows:
        waiting.append(row)
        size += len(str(row["contributing"]))
        if len(waiting) >= _WAITING_ROWS or size >= _WAITING_BYTES:
            yield pa.RecordBatch.from_pylist(waiting, MATCH_SCHEMA)
            waiting, size = [], 0
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, MATCH_SCHEMA)
