"""Batches of events to synced Parquet files, with the account of what is in them.

Readers give many small batches with dictionaries of their own. They are joined into row groups, since a
row group costs something in each of some hundred columns.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.model.events import RecordState
from gamekeeper.model.fingerprint import short_host
from gamekeeper.model.folding import fold
from gamekeeper.store.layout import sync_file
from gamekeeper.store.records import Kind, Span, StagedFile
from gamekeeper.store.schemas import BOUNDED, EMPTY_KEY, HOST, RISING, stored
from gamekeeper.store.words import filter_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from gamekeeper.model.events import EventBatch

#: Rows of a row group: what readers take into memory at once.
GROUP_ROWS: Final = 65_536
#: Bytes that wait for their row group at most, dictionaries counted once a batch.
GROUP_BYTES: Final = 64 << 20
_BLOCK_BYTES: Final = 1 << 20


class EventWriter:
    """Writes the events of one unit of work: one file a dataset, recovered records apart."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder = folder
        self._stem = stem
        self._files: dict[tuple[Kind, str], EventsFile] = {}

    def add(self, batch: EventBatch) -> None:
        """Take a batch of events as a reader gives it."""
        live = pc.equal(batch.table.column("event.state"), RecordState.LIVE)
        if live.true_count == len(batch):
            self._add(Kind.EVENTS, batch.dataset, batch.table)
            return
        self._add(Kind.EVENTS, batch.dataset, batch.table.filter(live))
        self._add(Kind.RECOVERED, batch.dataset, batch.table.filter(pc.invert(live)))

    def _add(self, kind: Kind, dataset: str, rows: pa.RecordBatch) -> None:
        if rows.num_rows == 0:
            return
        file = self._files.get((kind, dataset))
        if file is None:
            path = self._folder / f"{self._stem}-{kind}-{dataset}.parquet"
            file = self._files[kind, dataset] = EventsFile(path, kind, dataset)
        file.add(with_host(rows))

    def finish(self) -> tuple[StagedFile, ...]:
        """Close and sync all files and return them."""
        return tuple(file.finish() for file in self._files.values())


def with_host(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the rows with the column ``host.name``."""
    computers = rows.column("Computer")
    names = [
        None if name is None else short_host(name) for name in computers.dictionary.to_pylist()
    ]
    hosts = pa.DictionaryArray.from_arrays(computers.indices, pa.array(names, pa.utf8()))
    schema = rows.schema.append(HOST)
    # Two spellings become one value; encoded anew, so that each value is there once.
    column = hosts.cast(pa.utf8()).dictionary_encode() if len(set(names)) < len(names) else hosts
    return pa.RecordBatch.from_arrays([*rows.columns, column], schema=schema)


class ParquetFile:
    """A Parquet file in the form that the case uses, while it is written; use it in a ``with`` statement.

    Its metadata name, for each row group, the columns without any value, so that nobody reads them.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        names = schema.names
        texts = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        rest = ["event.rest.list.element.name", "event.rest.list.element.value"]
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            use_dictionary=[*texts, *(rest if "event.rest" in names else ())],
            column_encoding={name: "DELTA_BINARY_PACKED" for name in RISING if name in names},
            write_statistics=[name for name in BOUNDED if name in names],
        )
        self._empty: list[list[str]] = []
        self._words: list[bytes] = []
        self._has_words = "event.rest" in names

    @property
    def words(self) -> tuple[bytes, ...]:
        """The filter of each row group, for files of events."""
        return tuple(self._words)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write_table(self, table: pa.Table) -> None:
        """Write one row group."""
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._empty.append(
                [
                    name
                    for name, column in zip(table.schema.names, table.columns, strict=True)
                    if column.null_count == len(column)
                ]
            )
            if self._has_words:
                self._words.append(filter_of(table))

    def close(self) -> None:
        """Finish the file; safe to repeat."""
        if self._writer.is_open:
            self._writer.add_key_value_metadata({EMPTY_KEY: orjson.dumps(self._empty).decode()})
            self._writer.close()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def staged(
    path: Path,
    kind: Kind,
    dataset: str,
    rows: int,
    spans: tuple[Span, ...],
    words: tuple[bytes, ...] = (),
) -> StagedFile:
    """Sync a file that has been written and return its account."""
    sync_file(path)
    size = path.stat().st_size
    return StagedFile(kind, dataset, str(path), rows, size, digest_of(path), spans, words)


class EventsFile:
    """One file of events while it is written: small batches become row groups that are worth reading."""

    def __init__(self, path: Path, kind: Kind, dataset: str) -> None:
        self._path = path
        self._kind = kind
        self._dataset = dataset
        self._writer = ParquetFile(path, stored(dataset))
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self._rows = 0
        self._spans = Spans()

    def add(self, rows: pa.RecordBatch) -> None:
        """Take rows of the file's schema."""
        self._spans.add(rows)
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        self._waiting_bytes += rows.nbytes
        if self._waiting_rows >= GROUP_ROWS or self._waiting_bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._waiting)
        if len(self._waiting) > 1:
            table = table.unify_dictionaries().combine_chunks()
        self._writer.write_table(table)
        self._rows += table.num_rows
        self._waiting.clear()
        self._waiting_rows = self._waiting_bytes = 0

    def finish(self) -> StagedFile:
        """Close and sync the file and return its account."""
        if self._waiting:
            self._flush()
        self._writer.close()
        words = self._writer.words
        spans = self._spans.close()
        return staged(self._path, self._kind, self._dataset, self._rows, spans, words)


class Spans:
    """Adds up what a file holds, by source, host and channel."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, str], Span] = {}

    def add(self, rows: pa.RecordBatch) -> None:
        """Take rows that have a host."""
        source = rows.column("event.source").to_numpy()
        host, hosts = _coded(rows.column(HOST.name), lambda name: name)
        channel, channels = _coded(rows.column("Channel"), fold)
        key = (source.astype(np.int64) * len(hosts) + host) * len(channels) + channel
        times = rows.column("event.filetime")
        lacks = pc.is_null(times).to_numpy(zero_copy_only=False)
        filetime = pc.fill_null(times, 0).to_numpy()
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=key[order[0]] - 1))
        timeless = np.add.reduceat(lacks[order].astype(np.int64), starts).tolist()
        low = np.where(lacks, np.iinfo(np.int64).max, filetime)[order]
        high = np.where(lacks, np.iinfo(np.int64).min, filetime)[order]
        firsts = np.minimum.reduceat(low, starts).tolist()
        lasts = np.maximum.reduceat(high, starts).tolist()
        counts = np.diff(starts, append=len(order)).tolist()
        for at, row in enumerate(order[starts].tolist()):
            name = (int(source[row]), hosts[host[row]], channels[channel[row]])
            has_time = timeless[at] < counts[at]
            self.put(
                Span(
                    *name,
                    counts[at],
                    timeless[at],
                    firsts[at] if has_time else None,
                    lasts[at] if has_time else None,
                )
            )

    def put(self, span: Span) -> None:
        """Take what another part of the file holds."""
        name = (span.source, span.host, span.channel)
        known = self._found.get(name)
        self._found[name] = span if known is None else joined(known, span)

    def close(self) -> tuple[Span, ...]:
        """Return the spans in order of their names."""
        return tuple(span for _, span in sorted(self._found.items()))


def joined(one: Span, other: Span) -> Span:
    """Return what two parts hold of the same source, host and channel."""
    firsts = [time for time in (one.first, other.first) if time is not None]
    lasts = [time for time in (one.last, other.last) if time is not None]
    return Span(
        one.source,
        one.host,
        one.channel,
        one.rows + other.rows,
        one.timeless + other.timeless,
        min(firsts, default=None),
        max(lasts, default=None),
    )


def _coded(
    column: pa.DictionaryArray, change: Callable[[str], str]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[str]]:
    """Return each row's code and the names that codes stand for; an absent name is the empty one."""
    names = [change(name or "") for name in column.dictionary.to_pylist()]
    codes = {name: code for code, name in enumerate(dict.fromkeys([*names, ""]))}
    table = np.array([codes[name] for name in [*names, ""]], np.int64)
    rows = pc.fill_null(column.indices, len(names)).to_numpy()
    return table[rows], list(codes)
