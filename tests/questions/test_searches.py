"""Searches against loops that do the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.questions.searches import alike, coded, first_equal, in_order, latest, packed

small = st.integers(-1, 4)
pairs = st.lists(st.tuples(small, small), max_size=12)


def columns(rows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    table = np.array(rows, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(pairs, pairs)
def test_the_latest_is_what_a_loop_finds(
    entries: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    expected = []
    for key, place in asked:
        fit = [(at[1], row) for row, at in enumerate(entries) if at[0] == key and at[1] <= place]
        expected.append(max(fit)[1] if fit else -1)
    assert latest(*columns(entries), *columns(asked)).tolist() == expected


@given(st.lists(small), st.lists(small))
def test_the_first_equal_is_what_a_loop_finds(keys: list[int], asked: list[int]) -> None:
    found = first_equal(np.array(keys, np.int64), np.array(asked, np.int64)).tolist()
    assert found == [keys.index(key) if key in keys else -1 for key in asked]


@given(pairs)
def test_rows_have_one_code_where_they_are_equal(rows: list[tuple[int, int]]) -> None:
    codes = coded(*columns(rows)).tolist()
    assert [[a == b for b in codes] for a in codes] == [[a == b for b in rows] for a in rows]
    assert sorted(set(codes)) == list(range(len(set(rows))))


@given(st.lists(st.tuples(small, small, small), max_size=12))
def test_rows_are_alike_where_they_are_equal(rows: list[tuple[int, int, int]]) -> None:
    codes = alike(*np.array(rows, np.int64).reshape(-1, 3).T).tolist()
    assert [[a == b for b in codes] for a in codes] == [[a == b for b in rows] for a in rows]


@given(pairs)
def test_rows_are_in_order_of_one_column_then_of_the_other(rows: list[tuple[int, int]]) -> None:
    expected = sorted(range(len(rows)), key=lambda row: (*rows[row], row))
    assert in_order(*columns(rows)).tolist() == expected


def test_packed_numbers_stay_apart() -> None:
    high, low = np.array([1, 0]), np.array([0, (1 << 31) - 1])
    assert packed(high, low).tolist() == [1 << 32, (1 << 31) - 1]
