from __future__ import annotations

import numpy as np

from gamekeeper.incidents.lists import Lists, firsts_of

THREE = Lists.of(np.array([5, 6, 7, 8]), np.array([0, 1, 3]))


def test_each_list_has_its_values() -> None:
    assert [THREE[at] for at in range(len(THREE))] == [[5], [6, 7], [8]]


def test_values_know_their_list() -> None:
    assert (THREE.owners().tolist(), THREE.firsts().tolist()) == ([0, 1, 1, 2], [5, 6, 8])


def test_lists_are_taken_in_any_order_and_again() -> None:
    taken = THREE.taken([1, 0, 1])
    assert [taken[at] for at in range(3)] == [[6, 7], [5], [6, 7]]


def test_empty_lists_stay_empty() -> None:
    lists = Lists(np.array([4]), np.array([0, 0, 1])).taken([1, 0])
    assert (lists[0], lists[1]) == ([4], [])


def test_the_first_of_equal_neighbours_is_told() -> None:
    assert firsts_of(np.array([3, 3, 4, 3])).tolist() == [True, False, True, True]
    assert firsts_of(np.empty(0, np.int64)).tolist() == []
