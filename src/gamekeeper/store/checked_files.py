"""One stored file held against what the manifest says of it: bytes, form, rows, spans."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gamekeeper.store.habits import KEPT_HABITS
from gamekeeper.store.records import Kind, Span
from gamekeeper.store.runs import KEPT_MATCHES
from gamekeeper.store.schemas import HOST, REJECTS, WITNESSES, mark_of, stored
from gamekeeper.store.settle import plain_spans
from gamekeeper.store.writing import Spans, digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.store.records import StoredFile

_SPAN_COLUMNS: Final = ("event.source", "event.filetime", HOST.name, "Channel")
_PLAIN: Final = {
    Kind.WITNESSES: WITNESSES,
    Kind.REJECTS: REJECTS,
    Kind.MATCHES: KEPT_MATCHES,
    Kind.HABITS: KEPT_HABITS,
}
#: Kinds whose files stand for no source.
_OF_RUNS: Final = (Kind.MATCHES, Kind.HABITS)


@dataclass(slots=True)
class Checked:
    """What became of one file. ``counts`` are rows by source; of rejects, the records they stand for."""

    faults: list[str] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    groups: int = 0  # row groups


def schema_of(file: StoredFile) -> pa.Schema:
    """Return the columns that a file must have."""
    return _PLAIN[file.kind] if file.kind in _PLAIN else stored(file.dataset)


def _is_of_its_kind(schema: pa.Schema, file: StoredFile) -> bool:
    """Say whether columns are those of now, or, for events, those that the file was written with."""
    if schema.equals(schema_of(file), check_metadata=False):
        return True
    is_known = set(schema.names) <= set(schema_of(file).names)
    return is_known and bool(file.columns) and mark_of(schema.names) == file.columns


def check(path: Path, file: StoredFile) -> Checked:
    """Read a file and return what is wrong with it."""
    found = Checked()
    try:
        _check_bytes(path, file, found)
        if not found.faults:
            _check_content(path, file, found)
    except FileNotFoundError:
        found.faults.append("it is missing")
    except (OSError, pa.ArrowException) as error:
        found.faults.append(f"it cannot be read: {str(error).splitlines()[0]}")
    if found.faults:
        # The file is the fault; the books of its sources are not blamed for it as well.
        found.counts = Counter()
        for span in file.spans:
            found.counts[span.source] += span.rows
    return found


def _check_bytes(path: Path, file: StoredFile, found: Checked) -> None:
    size = path.stat().st_size
    if size != file.size_bytes:
        found.faults.append(f"it has {size:,} bytes, not {file.size_bytes:,}")
    elif (sha256 := digest_of(path)) != file.sha256:
        found.faults.append(f"its SHA-256 is {sha256}, not {file.sha256}")


def _check_content(path: Path, file: StoredFile, found: Checked) -> None:
    with pq.ParquetFile(path) as parquet:
        found.groups = parquet.num_row_groups
        if not _is_of_its_kind(parquet.schema_arrow, file):
            found.faults.append("its columns are not those of its kind")
            return
        if parquet.metadata.num_rows != file.rows:
            found.faults.append(f"it has {parquet.metadata.num_rows:,} rows, not {file.rows:,}")
            return
        spans = _spans(parquet, file, found.counts)
    if spans != tuple(sorted(file.spans, key=_name)):
        found.faults.append("hosts, channels or times in it are not those in the manifest")
    period = (
        min((span.first for span in spans if span.first is not None), default=None),
        max((span.last for span in spans if span.last is not None), default=None),
    )
    if period != (file.first, file.last):
        found.faults.append("its first and last time are not those in the manifest")


def _name(span: Span) -> tuple[int, str, str]:
    return span.source, span.host, span.channel


def _spans(parquet: pq.ParquetFile, file: StoredFile, counts: Counter[int]) -> tuple[Span, ...]:
    if file.kind in _OF_RUNS:
        return (Span(-1, "", "", file.rows, file.rows, None, None),)
    if file.kind in _PLAIN:
        names = ["event.source", *(["count"] if file.kind is Kind.REJECTS else [])]
        table = parquet.read(columns=names, use_threads=False)
        for source, count in _totals(table):
            counts[source] += count
        return plain_spans(table)
    spans = Spans()
    for group in range(parquet.num_row_groups):
        table = parquet.read_row_group(group, columns=list(_SPAN_COLUMNS), use_threads=False)
        for batch in table.to_batches():
            spans.add(batch)
    found = spans.close()
    for span in found:
        counts[span.source] += span.rows
    return found


def _totals(table: pa.Table) -> list[tuple[int, int]]:
    """Return (source, rows or records that they stand for)."""
    if "count" not in table.schema.names:
        table = table.append_column("count", pa.repeat(pa.scalar(1, pa.int64()), table.num_rows))
    sums = table.group_by("event.source").aggregate([("count", "sum")])
    names, counts = sums.column("event.source"), pc.fill_null(sums.column("count_sum"), 0)
    return list(zip(names.to_pylist(), counts.to_pylist(), strict=True))
