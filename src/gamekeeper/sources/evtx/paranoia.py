"""``--paranoid``: every field that the decoder reads must equal what the slow truth reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.errors import ParanoiaError
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import RecordState
from gamekeeper.sources.evtx.layout import CHUNK_BYTES, CHUNK_MAGIC, FILE_HEADER_BYTES
from gamekeeper.sources.evtx.truth import BinXmlError, decode_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gamekeeper.model.build import Event
    from gamekeeper.model.events import EventBatch


def compare(batch: EventBatch, paths: Mapping[int, Path]) -> None:
    """Raise :class:`ParanoiaError` where a row differs from the slow truth in any column.

    ``paths``: the files that the rows come from, by source number; their chunks are read again.
    """
    table = batch.table
    builder = BatchBuilder(max_rows=len(batch) + 1)
    for event in _slowly(batch, paths):
        list(builder.add(event))
    slow, *others = builder.flush()
    if others or slow.dataset != batch.dataset:
        found = ", ".join(b.dataset for b in (slow, *others))
        message = f"the decoders disagree on the dataset: {batch.dataset}, slow truth {found}"
        raise ParanoiaError(message)
    offsets = table["event.offset"].to_pylist()
    for name in table.schema.names:
        fast_values, slow_values = table[name].to_pylist(), slow.table[name].to_pylist()
        for row, (fast, true) in enumerate(zip(fast_values, slow_values, strict=True)):
            if fast != true:
                message = f"{name} at byte {offsets[row]}: {fast!r}, slow truth {true!r}"
                raise ParanoiaError(message)


def _slowly(batch: EventBatch, paths: Mapping[int, Path]) -> Iterator[Event]:
    """Yield the batch's events as the slow truth reads them."""
    columns = ("event.source", "event.offset", "event.state")
    known, chunk = (-1, -1), b""
    for source, offset, state in zip(*(batch.table[c].to_pylist() for c in columns), strict=True):
        first = _first_chunk(paths[source])
        base = first + (offset - first) // CHUNK_BYTES * CHUNK_BYTES
        if known != (source, base):
            known, chunk = (source, base), _read(paths[source], base)
        try:
            yield decode_record(
                chunk, offset - base, source=source, base=base, state=RecordState(state)
            )
        except BinXmlError as error:
            message = f"the fast decoder read a record that the slow truth refuses: {error} (byte {offset})"
            raise ParanoiaError(message) from error


def _first_chunk(path: Path) -> int:
    return 0 if _read(path, 0, len(CHUNK_MAGIC)) == CHUNK_MAGIC else FILE_HEADER_BYTES


def _read(path: Path, start: int, size: int = CHUNK_BYTES) -> bytes:
    with path.open("rb") as stream:
        stream.seek(start)
        return stream.read(size)
