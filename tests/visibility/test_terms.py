"""Terms over atoms."""

from __future__ import annotations

import numpy as np
import pytest

from gamekeeper.visibility.terms import NEVER, Atom, Sights, Term, all_of, any_of, at_least, lacking

A, B, C = Atom(0), Atom(1), Atom(2)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (all_of([A, B]), 0),
        (any_of([A, B]), 2),
        (all_of([A, C]), 1),
        (at_least(2, (A, B, C)), 1),
        (all_of([]), 2),
        (NEVER, 0),
    ],
)
def test_all_is_the_least_and_any_the_greatest(term: Term, expected: int) -> None:
    assert Sights(np.array([[2], [0], [1]], np.int8)).of(term).tolist() == [expected]


def test_equal_terms_are_one() -> None:
    assert all_of([A, any_of([B, C])]) is all_of([A, any_of([B, C])])


def test_what_is_lacking_is_told_of_the_nearest_alternative() -> None:
    far, near = all_of([B, C]), all_of([A, C])
    assert lacking(any_of([far, near]), np.array([2, 0, 1], np.int8)) == (2,)


def test_nothing_is_lacking_where_all_is_seen() -> None:
    assert lacking(all_of([A, B]), np.array([2, 2], np.int8)) == ()
