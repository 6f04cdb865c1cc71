"""Copies taken out of a batch, and of what is in the case already, before the batch is published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.model.folding import fold
from gamekeeper.store.copies import find, keys_of
from gamekeeper.store.overlap import Part, Stretch, bunches
from gamekeeper.store.payload import Rows
from gamekeeper.store.records import Kind, Span, StagedFile
from gamekeeper.store.schemas import CORE, WITNESSES, stored
from gamekeeper.store.widen import in_schema, read_group
from gamekeeper.store.writing import ParquetFile, Spans, staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.store.layout import Layout
    from gamekeeper.store.records import StoredFile

_KEY_COLUMNS: Final = (
    "event.source",
    "event.offset",
    "event.record_id",
    "event.filetime",
    "EventID",
    "EventRecordID",
    "Channel",
    "host.name",
)


@dataclass(slots=True)
class Settled:
    """What is left to publish: files to add, and the numbers of files that others replace."""

    files: list[StagedFile]
    retired: list[int] = field(default_factory=list)
    copies: int = 0


def settle(
    layout: Layout,
    fresh: Sequence[StagedFile],
    live: Sequence[StoredFile],
    fidelity: Mapping[int, int],
) -> Settled:
    """Return the files of a batch without copies, and what has to change in the case for that.

    ``fidelity`` tells, by source, how much an export keeps: 0 everything, more is worse.
    """
    events = [file for file in fresh if file.kind is Kind.EVENTS]
    parts = [
        Part(
            file.number,
            str(layout.path(file.path)),
            file.dataset,
            file.spans,
            is_new=False,
            batch=file.batch,
        )
        for file in live
        if file.kind is Kind.EVENTS
    ] + [Part(-1, file.path, file.dataset, file.spans, is_new=True) for file in events]
    found = _Found(parts, len(parts) - len(events))
    for stretches in bunches(parts):
        found.add(stretches, fidelity)
    others = [file for file in fresh if file.kind is not Kind.EVENTS]
    return found.settled(layout.staging, events, others)


class _Found:
    """Collects the rows that are copies, file by file."""

    def __init__(self, parts: list[Part], first_new: int) -> None:
        self._parts = parts
        self._first_new = first_new
        self._drop: dict[int, list[NDArray[np.int64]]] = defaultdict(list)
        self._witnesses: list[pa.RecordBatch] = []

    def add(self, stretches: list[Stretch], fidelity: Mapping[int, int]) -> None:
        """Compare the rows of some stretches with each other."""
        table, part, place = self._rows(stretches)
        if table.num_rows == 0:
            return
        dataset = self._parts[stretches[0].part].dataset
        paths = tuple(one.path for one in self._parts)
        keys = keys_of(table)
        copies = find(keys, Rows(dataset, paths, part, place), fidelity)
        for at in np.unique(part[copies.copy]).tolist():
            here = copies.copy[part[copies.copy] == at]
            self._drop[at].append(place[here])
        if len(copies.copy):
            self._witnesses.append(_witnesses(table, copies.copy, copies.kept, fidelity))

    def _rows(
        self, stretches: list[Stretch]
    ) -> tuple[pa.Table, NDArray[np.int64], NDArray[np.int64]]:
        by_part: dict[int, list[Stretch]] = defaultdict(list)
        for stretch in stretches:
            by_part[stretch.part].append(stretch)
        tables: list[pa.Table] = []
        parts, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for at, wanted in sorted(by_part.items()):
            for table, place in _inside(self._parts[at].path, wanted):
                tables.append(table)
                parts.append(np.full(len(place), at, np.int64))
                places.append(place)
        whole = pa.concat_tables(tables) if tables else pa.table({})
        return whole, np.concatenate(parts), np.concatenate(places)

    def settled(self, folder: Path, events: list[StagedFile], others: list[StagedFile]) -> Settled:
        """Write the files anew that held copies."""
        result = Settled(files=[])
        for at, part in enumerate(self._parts):
            drop = np.concatenate(self._drop[at]) if at in self._drop else None
            file = None if at < self._first_new else events[at - self._first_new]
            if drop is None:
                result.files += [file] if file is not None else []
                continue
            result.copies += len(drop)
            kept = without(part, drop, folder / f"settled-{at}.parquet")
            result.files += [kept] if kept is not None else []
            if file is None:
                result.retired.append(part.number)
            else:
                Path(part.path).unlink()
        if self._witnesses:
            result.files.append(_written(self._witnesses, folder / "witnesses.parquet"))
        result.files += others
        return result


def _inside(
    path: str, stretches: Sequence[Stretch]
) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
    """Yield the key columns of the rows of a file that lie in a stretch, and their places."""
    start = 0
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=list(_KEY_COLUMNS), use_threads=False)
            keep = np.zeros(table.num_rows, bool)
            time = pc.fill_null(table.column("event.filetime"), 0).to_numpy()
            lacks = pc.is_null(table.column("event.filetime")).to_numpy()
            host = pc.fill_null(table.column("host.name").cast(pa.utf8()), "")
            channel = pc.fill_null(table.column("Channel").cast(pa.utf8()), "")
            channels = [fold(name) for name in channel.unique().to_pylist()]
            codes = channel.combine_chunks().dictionary_encode()
            folded = pa.array([fold(name) for name in codes.dictionary.to_pylist()], pa.utf8())
            channel = folded.take(codes.indices)
            for stretch in stretches:
                if stretch.channel not in channels:
                    continue
                named = pc.and_(pc.equal(host, stretch.host), pc.equal(channel, stretch.channel))
                timed = ~lacks & (time >= stretch.first) & (time <= stretch.last)
                if stretch.timeless:
                    timed |= lacks
                keep |= named.to_numpy() & timed
            rows = np.flatnonzero(keep)
            if len(rows):
                yield table.take(pa.array(rows)), rows + start
            start += table.num_rows


def _witnesses(
    table: pa.Table,
    copy: NDArray[np.int64],
    kept: NDArray[np.int64],
    fidelity: Mapping[int, int],
) -> pa.RecordBatch:
    one, other = table.take(pa.array(copy)), table.take(pa.array(kept))
    times = pc.and_(
        pc.equal(one.column("event.filetime"), other.column("event.filetime")),
        pc.equal(one.column("EventRecordID"), other.column("EventRecordID")),
    )
    sources = zip(
        one.column("event.source").to_pylist(),
        other.column("event.source").to_pylist(),
        strict=True,
    )
    full = np.array([fidelity.get(a, 0) == fidelity.get(b, 0) == 0 for a, b in sources], bool)
    exact = pc.and_(pc.fill_null(times, False), pa.array(full))
    columns = {
        "event.source": one.column("event.source"),
        "event.offset": one.column("event.offset"),
        "event.record_id": one.column("event.record_id"),
        "event.filetime": one.column("event.filetime"),
        "kept.source": other.column("event.source"),
        "kept.offset": other.column("event.offset"),
        "how": pc.if_else(exact, "fingerprint", "weaker"),
    }
    rows = pa.table(columns).cast(WITNESSES).combine_chunks()
    return rows.to_batches()[0]


def _written(batches: list[pa.RecordBatch], path: Path) -> StagedFile:
    table = pa.Table.from_batches(batches).sort_by(
        [("event.source", "ascending"), ("event.offset", "ascending")]
    )
    with ParquetFile(path, WITNESSES) as writer:
        writer.write_table(table)
    return staged(path, Kind.WITNESSES, "witnesses", table.num_rows, plain_spans(table))


def plain_spans(table: pa.Table) -> tuple[Span, ...]:
    """Return the spans of rows that have a source, but neither host nor channel of their own."""
    sources = table.column("event.source").to_numpy()
    names, counts = np.unique(sources, return_counts=True)
    return tuple(
        Span(source, "", "", count, count, None, None)
        for source, count in zip(names.tolist(), counts.tolist(), strict=True)
    )


def without(part: Part, drop: NDArray[np.int64], path: Path) -> StagedFile | None:
    """Write a file anew without some of its rows; None where none is left."""
    spans = Spans()
    rows = start = 0
    with pq.ParquetFile(part.path) as file, ParquetFile(path, stored(part.dataset)) as writer:
        for group in range(file.num_row_groups):
            table = in_schema(read_group(file, group, part.dataset), part.dataset)
            keep = np.ones(table.num_rows, bool)
            inside = drop[(drop >= start) & (drop < start + table.num_rows)] - start
            keep[inside] = False
            start += table.num_rows
            left = table.filter(pa.array(keep))
            if left.num_rows:
                writer.write_table(left)
                rows += left.num_rows
                for batch in left.select(list(CORE)).to_batches():
                    spans.add(batch)
    if not rows:
        path.unlink()
        return None
    made = staged(path, Kind.EVENTS, part.dataset, rows, spans.close(), writer.words)
    # What is left of an older file is no news: rules that look at news must not meet it again.
    return replace(made, batch=part.batch)
