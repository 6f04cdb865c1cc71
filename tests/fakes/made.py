"""Batches of events given as fields, one mapping an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gamekeeper.hunt.one_event import event_of
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch

Row = Mapping[str, object]
Made = Callable[..., EventBatch]


def batch_of(rows: Sequence[Row]) -> EventBatch:
    builder = BatchBuilder()
    found = [batch for row in rows for batch in builder.add(event_of(row))]
    found += builder.flush()
    assert len(found) == 1
    return found[0]
