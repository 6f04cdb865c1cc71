from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from gamekeeper.errors import UsageError
from gamekeeper.store.sorting import in_order

SCHEMA = pa.schema([pa.field("n", pa.int32()), pa.field("t", pa.utf8())])


def batch(*rows: tuple[int | None, str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"n": n, "t": t} for n, t in rows], SCHEMA)


def test_rows_of_many_batches_are_in_order_and_absent_ones_last() -> None:
    given = [batch((3, "c"), (None, "z")), batch((1, "b"), (1, "a"))]
    found = list(in_order(given, SCHEMA, ["n", "t"]))
    assert all(one.schema.equals(SCHEMA) for one in found)
    rows = [tuple(row.values()) for one in found for row in one.to_pylist()]
    assert rows == [(1, "a"), (1, "b"), (3, "c"), (None, "z")]


def test_no_rows_are_fine() -> None:
    assert list(in_order([], SCHEMA, ["n"])) == []


def test_what_goes_wrong_before_is_told_as_it_is() -> None:
    def breaks() -> Iterator[pa.RecordBatch]:
        yield batch((1, "a"))
        raise UsageError("it went wrong")

    with pytest.raises(UsageError, match="it went wrong"):
        list(in_order(breaks(), SCHEMA, ["n"]))
