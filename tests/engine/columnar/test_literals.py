"""One pass over a value finds exactly the literals that stand where they should."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.literals import Literal, build_tables

KINDS = (kernels.CONTAINS, kernels.STARTSWITH, kernels.ENDSWITH, kernels.EQUALS)
#: Bytes that meet often, a zero byte, and bytes beyond ASCII.
pieces = st.text("aab\\.\x00é", min_size=1, max_size=7).map(str.encode)
#: Without literals of one or two bytes every other position is skipped.
longer = st.text("aab\x00é", min_size=3, max_size=7).map(str.encode)
literals = st.one_of(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(KINDS), text), max_size=25, unique=True)
    for text in (pieces, longer)
)
values = st.lists(
    st.tuples(st.integers(0, 2), st.text("aab\\.\x00é", max_size=12).map(str.encode)), max_size=12
)


def stands(kind: int, text: bytes, value: bytes) -> bool:
    if kind == kernels.CONTAINS:
        return text in value
    if kind == kernels.STARTSWITH:
        return value.startswith(text)
    return value.endswith(text) if kind == kernels.ENDSWITH else value == text


def scanned(
    literals: list[Literal], values: list[tuple[int, bytes]], wide: list[tuple[int, int]], odd: bool
) -> list[set[int]]:
    tables = build_tables(literals, wide, 3)
    text = np.frombuffer(b"".join(v for _, v in values) + b"x", np.uint8).copy()
    ends = np.cumsum([len(v) for _, v in values]).astype(np.int64)
    starts = ends - np.array([len(v) for _, v in values], np.int64)
    texts = kernels.Texts(
        text,
        starts,
        ends,
        np.array([f for f, _ in values], np.int32),
        np.full(len(values), odd, np.uint8),
    )
    marks = np.zeros(1000, np.int64), np.zeros(1, np.int64)
    hits = kernels.scan(texts, tables.structure(), marks, int(tables.room.sum()) + 1)
    found = [hits.predicate[a:b].tolist() for a, b in itertools.pairwise(hits.start)]
    assert all(len(set(hits)) == len(hits) for hits in found)
    return [set(hits) for hits in found]


@settings(max_examples=500, deadline=None)
@given(literals, values)
def test_it_finds_what_a_naive_search_finds(
    made: list[tuple[int, int, bytes]], values: list[tuple[int, bytes]]
) -> None:
    table = [Literal(field, kind, text, n) for n, (field, kind, text) in enumerate(made)]
    expected = [
        {x.predicate for x in table if x.field == field and stands(x.kind, x.text, value)}
        for field, value in values
    ]
    assert scanned(table, values, [], False) == expected


def test_an_empty_equals_is_true_of_the_empty_value_only() -> None:
    table = [Literal(1, kernels.EQUALS, b"", 0)]
    assert scanned(table, [(1, b""), (1, b"a"), (0, b"")], [], False) == [{0}, set(), set()]


def test_long_values_and_long_literals_are_searched_to_their_end() -> None:
    needle = b"needle" * 60
    table = [
        Literal(0, kernels.CONTAINS, needle, 0),
        Literal(0, kernels.ENDSWITH, b"end", 1),
        Literal(0, kernels.CONTAINS, b"zz", 2),
        Literal(0, kernels.EQUALS, b"x" * 300, 3),
    ]
    # Positions are collected 4,095 at a time: the literals lie across that border.
    value = b"x" * 3900 + needle + b"x" * 4000 + b"zz" + b"end"
    assert scanned(table, [(0, value), (0, b"x" * 300)], [], False) == [{0, 1, 2}, {3}]


def test_where_positions_are_skipped_nothing_is_missed() -> None:
    texts = [b"abc", b"defg", b"hijkl", b"needle" * 3]
    table = [Literal(0, kernels.CONTAINS, text, n) for n, text in enumerate(texts)]
    for text, before, behind in itertools.product(texts, range(6), range(3)):
        value = b"-" * before + text + b"-" * behind
        far = b"-" * (4090 + before) + text + b"-" * behind
        expected = {n for n, other in enumerate(texts) if other in text}
        assert scanned(table, [(0, value), (0, far)], [], False) == [expected, expected]


def test_odd_values_have_every_wide_predicate() -> None:
    table = [Literal(0, kernels.CONTAINS, b"kind", 0), Literal(0, kernels.CONTAINS, b"kin", 1)]
    assert scanned(table, [(0, b"nothing")], [(0, 0)], True) == [{0}]
    assert scanned(table, [(0, b"nothing")], [(0, 0)], False) == [set()]


def test_more_distinct_bytes_than_classes_lose_nothing() -> None:
    table = [Literal(0, kernels.CONTAINS, bytes([n, 255 - n]), n) for n in range(256)]
    values = [(0, bytes([n, 255 - n])) for n in range(256)]
    assert scanned(table, values, [], False) == [{n} for n in range(256)]
