from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.incidents import columns

TIMES = [
    (134_143_775_991_234_567, "2026-01-31T23:59:59.123456Z"),
    (0, "1601-01-01T00:00:00.000000Z"),
    (116_444_736_000_000_000 - 1, "1969-12-31T23:59:59.999999Z"),
    (2_650_467_744_000_000_000 - 1, "9999-12-31T23:59:59.999999Z"),
    (2_650_467_744_000_000_000, None),
    (-504_911_232_000_000_000, "0001-01-01T00:00:00.000000Z"),
    (-504_911_232_000_000_001, None),
    (2**63 - 1, None),
    (None, None),
]


def test_times_are_iso_with_microseconds_or_null() -> None:
    filetimes = pa.array([filetime for filetime, _ in TIMES], pa.int64())
    assert columns.iso_times(filetimes).to_pylist() == [text for _, text in TIMES]


@pytest.mark.parametrize(("filetime", "text"), TIMES)
def test_one_time_reads_as_a_column_of_them(filetime: int | None, text: str | None) -> None:
    assert columns.iso_time(filetime) == text


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), max_size=5))
def test_both_ways_of_writing_times_agree(filetimes: list[int]) -> None:
    texts = columns.iso_times(pa.array(filetimes, pa.int64())).to_pylist()
    assert texts == [columns.iso_time(filetime) for filetime in filetimes]


def test_each_distinct_value_becomes_text_once() -> None:
    calls: list[str] = []

    def text(value: str) -> str:
        calls.append(value)
        return value.upper()

    column = pa.array(["b", None, "a", "b", "unused"]).dictionary_encode().slice(0, 4)
    assert columns.per_distinct(column, text).to_pylist() == ["B", None, "A", "B"]
    assert sorted(calls) == ["a", "b"]
    assert columns.per_distinct(pa.array(["x", None]), text).to_pylist() == ["X", None]


def test_a_null_inside_a_dictionary_is_a_null() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array([None, "a"]))
    assert columns.per_distinct(column, str.upper).to_pylist() == [None, "A"]


def test_hexadecimal_respects_slices() -> None:
    column = pa.array([b"\x00\x01", b"\xab\xcd", b"\xff\x10"], pa.binary(2))
    assert columns.hexadecimal(column.slice(1)).to_pylist() == ["abcd", "ff10"]
    assert columns.hexadecimal(column.slice(3)).to_pylist() == []


def test_text_bytes_are_the_rows_in_a_line() -> None:
    lines = pa.array(["a\n", "bé\n", "c\n"], columns.LARGE)
    assert bytes(columns.text_bytes(lines)) == "a\nbé\nc\n".encode()
    assert bytes(columns.text_bytes(lines.slice(1, 1))) == "bé\n".encode()
    assert bytes(columns.text_bytes(lines.slice(3))) == b""


def test_slices_keep_every_row() -> None:
    batch = pa.RecordBatch.from_pydict({"n": list(range(10))})
    parts = list(columns.slices([batch, batch], 4))
    assert [part.num_rows for part in parts] == [4, 4, 2, 4, 4, 2]
    assert [n for part in parts for n in part["n"].to_pylist()] == [*range(10), *range(10)]
