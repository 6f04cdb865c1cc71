"""What gatherers share of one batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.fakes.facts import NEW_YEAR, batches_of, event

from gamekeeper.integrity.gathering.frames import NO_TIME, first_of_each, frame_of
from gamekeeper.model.events import EventBatch, RecordState


def test_all_gatherers_look_at_the_same_frame_of_a_batch() -> None:
    (batch,) = batches_of([event(1, NEW_YEAR)])
    assert frame_of(batch) is frame_of(batch)
    assert frame_of(EventBatch(batch.dataset, batch.table)) is not frame_of(batch)


def test_rows_of_event_ids_are_those_of_live_events() -> None:
    stale = replace(event(3, NEW_YEAR), state=RecordState.STALE)
    (batch,) = batches_of([event(1, NEW_YEAR, 4688), event(2, NEW_YEAR), stale])
    frame = frame_of(batch)
    assert frame.numbered({4624}).tolist() == [1]
    assert frame.numbered({1102}).tolist() == []


def test_what_is_missing_is_missing_in_the_columns_of_a_record() -> None:
    (batch,) = batches_of([event(None, None), event(2, NEW_YEAR)])
    frame = frame_of(batch)
    assert frame.times.tolist() == [NO_TIME, NEW_YEAR]
    assert frame.timed.tolist() == [1]
    *_, record, filetime = frame.records(np.array([0, 1]))
    assert (record.to_pylist(), filetime.to_pylist()) == ([None, 2], [None, NEW_YEAR])


def test_the_first_row_of_a_group_is_where_any_part_changes() -> None:
    parts = np.array([1, 1, 1, 2]), np.array([5, 5, 6, 6])
    assert first_of_each(parts).tolist() == [True, False, True, True]
