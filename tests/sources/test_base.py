"""Events of a file, put into batches on their way."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, event

from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject
from gamekeeper.sources.base import batched


def test_rejects_come_at_once_and_events_stay_in_the_builder_until_it_is_full() -> None:
    builder = BatchBuilder()
    bad = Reject(0, 9, "bad_text", "no event")
    found = list(batched([event(1, NEW_YEAR), bad, event(2, NEW_YEAR)], builder))
    assert found == [bad]
    (batch,) = builder.flush()
    assert isinstance(batch, EventBatch)
    assert batch.table.num_rows == 2
