from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.incidents.linking import Keys, Links, Part, components, group, useful
from gamekeeper.incidents.parameters import LinkKind

SECOND = 10_000_000
LINKS = (
    LinkKind(0, "strong", 3.0, 100 * SECOND, "strong"),
    LinkKind(1, "ask", 12.0, 10 * SECOND, "ask"),
    LinkKind(2, "back", 2.0, 100 * SECOND, "back", least=5.0, is_back=True),
)
Row = tuple[int, int, int, int, int]  # kind, value, signal, time, part


def keys(rows: Sequence[Row]) -> Keys:
    table = np.array(rows, np.int64).reshape(-1, 5)
    return Keys(
        table[:, 0].astype(np.uint8),
        table[:, 1],
        table[:, 2],
        table[:, 3] * SECOND,
        table[:, 4].astype(np.int8),
    )


def groups(rows: Sequence[Row], count: int, light: Sequence[int] = ()) -> list[int]:
    bits = np.full(count, 9.0)
    bits[list(light)] = 0.5
    return weighed(rows, bits.tolist())


def weighed(rows: Sequence[Row], bits: Sequence[float]) -> list[int]:
    weights = np.array(bits)
    links = Links(
        LINKS, weights, weights >= 1.0, weights, np.array([True, False, False]), weights < 0
    )
    return group(useful([keys(rows)], links), links).group.tolist()


def test_neighbours_under_one_key_are_tied_and_others_are_not() -> None:
    assert groups([(0, 7, 0, 0, 0), (0, 7, 1, 90, 0), (0, 8, 2, 90, 0)], 3) == [0, 0, 2]


def test_a_pause_that_is_too_long_parts_them() -> None:
    assert groups([(0, 7, 0, 0, 0), (0, 7, 1, 101, 0)], 2) == [0, 1]


def test_a_key_that_too_many_share_ties_nothing() -> None:
    rows = [(0, 7, signal, 0, 0) for signal in range(9)]
    assert groups(rows, 9) == list(range(9))
    assert groups(rows[:8], 9) == [0] * 8 + [8]


def test_a_light_signal_hangs_on_a_group_and_ties_no_two() -> None:
    rows = [(0, 1, 0, 0, 0), (0, 1, 1, 0, 0), (0, 2, 1, 0, 0), (0, 2, 2, 0, 0)]
    assert groups(rows, 3) == [0, 0, 0]
    found = groups(rows, 3, light=[1])
    assert found[0] != found[2]
    assert found[1] in (found[0], found[2])


def test_who_asks_finds_the_nearest_answer_and_answers_do_not_find_each_other() -> None:
    rows = [
        (1, 5, 0, 50, Part.ASKS),
        (1, 5, 1, 45, Part.ANSWERS),
        (1, 5, 2, 1, Part.ANSWERS),
        (1, 5, 3, 3, Part.ANSWERS),
    ]
    assert groups(rows, 4) == [0, 0, 2, 3]


@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60),
)
def test_components_equal_a_plain_search(count: int, pairs: list[tuple[int, int]]) -> None:
    pairs = [(a % count, b % count) for a, b in pairs]
    expected = list(range(count))
    for _ in range(count):
        for a, b in pairs:
            expected[a] = expected[b] = min(expected[a], expected[b])
    left = np.array([a for a, _ in pairs], np.int64)
    right = np.array([b for _, b in pairs], np.int64)
    assert components(count, left, right).tolist() == expected


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.just(0), st.integers(0, 6), st.integers(0, 19), st.integers(0, 400), st.just(0)
        ),
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_keys_does_not_matter(rows: list[Row], random: object) -> None:
    before = groups(rows, 20, light=range(0, 20, 3))
    shuffled = list(rows)
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - a Random, which hypothesis does not type
    assert groups(shuffled, 20, light=range(0, 20, 3)) == before


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.just(0), st.integers(0, 6), st.integers(0, 9), st.integers(0, 400), st.just(0)
        ),
        max_size=40,
    ),
    st.lists(
        st.tuples(
            st.just(0), st.integers(10, 16), st.integers(10, 19), st.integers(0, 400), st.just(0)
        ),
        max_size=40,
    ),
)
def test_signals_with_keys_of_their_own_change_no_group(rows: list[Row], noise: list[Row]) -> None:
    assert groups([*rows, *noise], 20)[:10] == groups(rows, 20)[:10]


def test_who_looks_back_finds_the_gravest_before_and_nothing_after() -> None:
    answers = [(2, 7, 0, 10, 2), (2, 7, 1, 20, 2), (2, 7, 2, 60, 2)]
    assert weighed([*answers, (2, 7, 3, 50, 1)], [9.0, 6.0, 9.5, 9.0]) == [0, 1, 2, 0]
    assert weighed([*answers, (2, 7, 3, 5, 1)], [9.0, 6.0, 9.5, 9.0]) == [0, 1, 2, 3]
    assert weighed([*answers, (2, 7, 3, 150, 1)], [9.0, 6.0, 9.5, 9.0]) == [0, 1, 2, 2]


def test_a_light_signal_has_no_key_that_asks_for_weight() -> None:
    rows = [(2, 7, 0, 10, 2), (2, 7, 1, 50, 1)]
    assert weighed(rows, [9.0, 4.9]) == [0, 1]
    assert weighed(rows, [4.9, 9.0]) == [0, 1]


def test_of_many_grave_ones_none_is_tied() -> None:
    answers = [(2, 7, number, number, 2) for number in range(4)]
    assert weighed([*answers, (2, 7, 4, 50, 1)], [9.0] * 5) == [0, 1, 2, 3, 4]
