"""Sets of whole numbers as intervals."""

from __future__ import annotations

import numpy as np

from gamekeeper.integrity.intervals import Intervals


def of(*pairs: tuple[int, int]) -> Intervals:
    first, last = zip(*pairs, strict=True) if pairs else ((), ())
    return Intervals.of(np.array(first, np.int64), np.array(last, np.int64))


def test_what_touches_or_overlaps_is_one_interval() -> None:
    assert list(of((5, 9), (1, 4), (7, 8), (20, 21))) == [(1, 9), (20, 21)]


def test_the_union_of_nothing_is_empty() -> None:
    empty = Intervals.union([])
    assert (len(empty), empty.size, list(empty.holes())) == (0, 0, [])


def test_a_union_takes_all_parts() -> None:
    assert list(Intervals.union([of((1, 3)), of((3, 6), (9, 9))])) == [(1, 6), (9, 9)]


def test_what_lies_within_is_cut_at_the_borders() -> None:
    assert list(of((1, 5), (8, 9), (12, 20)).within(4, 12)) == [(4, 5), (8, 9), (12, 12)]
    assert list(of((1, 5)).within(6, 7)) == []


def test_holes_lie_between_intervals() -> None:
    assert list(of((1, 5), (8, 9), (12, 20)).holes()) == [(6, 7), (10, 11)]


def test_the_size_counts_numbers() -> None:
    assert of((1, 5), (8, 8)).size == 6
