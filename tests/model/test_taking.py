"""Some rows of a batch."""

from __future__ import annotations

import numpy as np
from tests.fakes.facts import NEW_YEAR, batches_of, event

from gamekeeper.model.events import EventBatch
from gamekeeper.model.taking import take_rows


def batch() -> EventBatch:
    data = [{"CommandLine": "net user"}, {}, {"CommandLine": "whoami"}, {"CommandLine": "dir"}]
    events = [event(n, NEW_YEAR + n, 4688, data=one) for n, one in enumerate(data, 1)]
    (found,) = batches_of(events)
    return found


def test_rows_say_what_they_said() -> None:
    whole, rows = batch(), np.array([2, 1])
    taken = take_rows(whole, rows)
    assert taken.dataset == whole.dataset
    assert taken.table.to_pylist() == whole.table.take(rows).to_pylist()


def test_values_that_only_others_use_are_gone() -> None:
    column = take_rows(batch(), np.array([1, 2])).table.column("CommandLine")
    assert column.to_pylist() == [None, "whoami"]
    assert column.dictionary.to_pylist() == ["whoami"]


def test_a_column_that_says_nothing_has_no_values() -> None:
    column = take_rows(batch(), np.array([1])).table.column("CommandLine")
    assert (column.to_pylist(), len(column.dictionary)) == ([None], 0)


def test_only_columns_that_are_named_are_taken() -> None:
    taken = take_rows(batch(), np.array([0]), ("CommandLine", "EventID", "EventID"))
    assert taken.table.schema.names == ["CommandLine", "EventID"]
