"""Tables of facts a part at a time."""

from __future__ import annotations

import pyarrow as pa
import pytest

from gamekeeper.integrity.rows import by_host, rows_of, some_hosts

TABLE = pa.table({"host": ["a", "a", "a", "b", "c", "c"], "number": [1, 2, 3, 4, 5, 6]})


def test_rows_come_in_their_order_also_from_pieces() -> None:
    pieces = pa.concat_tables([TABLE.slice(0, 4), TABLE.slice(4)])
    assert list(rows_of(pieces)) == TABLE.to_pylist()


def test_each_host_has_its_rows() -> None:
    found = {host: rows["number"].to_pylist() for host, rows in by_host(TABLE).items()}
    assert found == {"a": [1, 2, 3], "b": [4], "c": [5, 6]}


def test_a_table_without_rows_has_no_host() -> None:
    assert by_host(TABLE.slice(0, 0)) == {}
    assert list(some_hosts(TABLE.slice(0, 0))) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(1, [3, 1, 2]), (4, [4, 2]), (5, [4, 2]), (6, [6]), (100, [6])],
)
def test_hosts_are_never_divided(rows: int, expected: list[int]) -> None:
    parts = list(some_hosts(TABLE, rows=rows))
    assert [part.num_rows for part in parts] == expected
    assert pa.concat_tables(parts).equals(TABLE)
