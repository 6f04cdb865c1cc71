"""``--paranoid``: every field that the decoder reads must equal what the slow truth reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.errors import ParanoiaError
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import RecordState
from gamekeeper.sources.evtx.truth import BinXmlError, decode_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.model.events import EventBatch


def compare(batch: EventBatch, chunk_of: Callable[[int, int], tuple[bytes, int]]) -> None:
    """Raise :class:`ParanoiaError` where a row differs from the slow truth in any column.

    ``chunk_of`` returns the chunk that holds an offset of a source, and where the chunk begins.
    """
    table = batch.table
    builder = BatchBuilder(max_rows=len(batch) + 1)
    sources = table["event.source"].to_pylist()
    offsets = table["event.offset"].to_pylist()
    states = table["event.state"].to_pylist()
    for source, offset, state in zip(sources, offsets, states, strict=True):
        chunk, base = chunk_of(source, offset)
        try:
            event = decode_record(
                chunk, offset - base, source=source, base=base, state=RecordState(state)
            )
        except BinXmlError as error:
            message = f"the fast decoder read a record that the slow truth refuses: {error} (byte {offset})"
            raise ParanoiaError(message) from error
        list(builder.add(event))
    slow, *others = builder.flush()
    if others or slow.dataset != batch.dataset:
        found = ", ".join(b.dataset for b in (slow, *others))
        message = f"the decoders disagree on the dataset: {batch.dataset}, slow truth {found}"
        raise ParanoiaError(message)
    for name in table.schema.names:
        fast_values, slow_values = table[name].to_pylist(), slow.table[name].to_pylist()
        for row, (fast, true) in enumerate(zip(fast_values, slow_values, strict=True)):
            if fast != true:
                message = f"{name} at byte {offsets[row]}: {fast!r}, slow truth {true!r}"
                raise ParanoiaError(message)
