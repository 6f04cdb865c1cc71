"""Each loop in C against a few lines of plain Python."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.kernels import (
    ALL,
    AND,
    ANY,
    CONSTANT,
    FALSE,
    IF_FALSE,
    IF_TRUE,
    LITERAL,
    NOT,
    OR,
    SLOW,
    TRUE,
    UNKNOWN,
    Pairs,
    Rows,
)

PREDICATES = 5  # of which the last two are slow
FIELDS = 2
CONDITIONS = 3


def ints(values: list[int]) -> NDArray[np.int32]:
    return np.array(values, np.int32)


def starts(groups: list[list[int]]) -> NDArray[np.int64]:
    return np.cumsum([0, *map(len, groups)]).astype(np.int64)


def flat(groups: list[list[int]]) -> NDArray[np.int32]:
    return ints(list(itertools.chain(*groups)))


@st.composite
def tables(draw: st.DrawFn) -> tuple[Rows, list[list[tuple[int, int]]], list[list[int]]]:
    """Rows, the (value, field) pairs that each one holds, and the hits of each value."""
    columns = draw(st.integers(0, 3))
    value_count = draw(st.integers(1, 6))
    value = st.integers(0, value_count - 1)
    cells = st.lists(st.one_of(st.just(-1), value), min_size=columns, max_size=columns)
    matrix = draw(st.lists(cells, max_size=300 if draw(st.booleans()) else 5))
    extras = [
        draw(st.lists(st.tuples(value, st.integers(0, FIELDS - 1)), max_size=2)) for _ in matrix
    ]
    fields = draw(st.lists(st.integers(0, FIELDS - 1), min_size=columns, max_size=columns))
    literal = st.integers(0, PREDICATES - 3)
    hits = draw(
        st.lists(
            st.lists(literal, max_size=3, unique=True), min_size=value_count, max_size=value_count
        )
    )
    held = [
        [(v, f) for v, f in zip(row, fields, strict=True) if v >= 0] + more
        for row, more in zip(matrix, extras, strict=True)
    ]
    flat_extras = list(itertools.chain(*extras))
    rows = Rows(
        np.array(matrix, np.int32).reshape(len(matrix), columns),
        ints(fields),
        np.cumsum([0, *map(len, extras)]).astype(np.int64),
        ints([v for v, _ in flat_extras]),
        ints([f for _, f in flat_extras]),
    )
    return rows, held, hits


@given(st.lists(st.text("aZ@[`{é\x7fK", max_size=40), max_size=8), st.integers(0, 3))
def test_texts_are_laid_out_one_after_the_other_and_folded(texts: list[str], skip: int) -> None:
    data = [text.encode() for text in texts]
    before = b"junk"[:skip]
    offsets = np.cumsum([skip, *map(len, data)]).astype(np.int32)
    layout = kernels.Layout(3 + sum(map(len, data)), 1 + len(data))
    layout.add(ints([0, 3]), np.frombuffer(b"FiX", np.uint8))
    layout.add(offsets, np.frombuffer(before + b"".join(data), np.uint8))
    found = [layout.text[a:b].tobytes() for a, b in zip(layout.starts, layout.ends, strict=True)]
    assert found == [b"fix", *(text.lower() for text in data)]
    assert layout.has_other.tolist() == [0, *(not text.isascii() for text in texts)]


def test_more_text_than_there_is_room_for_is_refused() -> None:
    layout = kernels.Layout(2, 1)
    with pytest.raises(ValueError, match="no room"):
        layout.add(ints([0, 3]), np.zeros(3, np.uint8))
    with pytest.raises(ValueError, match="no room"):
        layout.add(ints([0, 2]), np.zeros(1, np.uint8))
    with pytest.raises(ValueError, match="before"):
        layout.add(ints([1, 0]), np.zeros(1, np.uint8))


def test_arrays_of_another_type_or_with_gaps_are_refused() -> None:
    with pytest.raises(TypeError, match="i32"):
        kernels.address(np.zeros(1, np.int64), "i32")
    with pytest.raises(TypeError, match="contiguous"):
        kernels.address(np.zeros(4, np.int32)[::2], "i32")


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40), st.integers(0, 9))
def test_codes_have_gaps_where_the_bitmap_says_so(rows: list[tuple[int, bool]], at: int) -> None:
    bits = np.array([False] * at + [here for _, here in rows], np.bool_)
    bitmap = np.packbits(bits, bitorder="little")
    codes = ints([code for code, _ in rows])
    found = kernels.codes_with_gaps(codes, bitmap, at)
    assert found.tolist() == [code if here else -1 for code, here in rows]
    with pytest.raises(ValueError, match="bitmap"):
        kernels.codes_with_gaps(codes, bitmap, 8 * len(bitmap) - len(rows) + 1)


@given(st.integers(0, 300), st.integers(0, 4))
def test_a_matrix_has_the_values_of_a_row_side_by_side(rows: int, columns: int) -> None:
    rng = np.random.default_rng(rows * 5 + columns)
    codes = [rng.integers(-1, 7, rows).astype(np.int32) for _ in range(columns)]
    # A code beyond its column's size counts as absent.
    parts = [(mine, 10 * column, 6) for column, mine in enumerate(codes)]
    expected = [
        [code + 10 * column if 0 <= code < 6 else -1 for column, code in enumerate(row)]
        for row in zip(*codes, strict=True)
    ]
    assert kernels.matrix(parts, rows).tolist() == (expected if columns else [[]] * rows)


def covers_of(conditions: list[list[list[int]]]) -> kernels.Covers:
    flat_covers = list(itertools.chain(*conditions))
    links: list[list[tuple[int, int]]] = [[] for _ in range(PREDICATES)]
    cover = 0
    for condition, group in enumerate(conditions):
        for members in group:
            for member in members:
                links[member].append((cover, condition))
            cover += 1
    pairs = list(itertools.chain(*links))
    return kernels.Covers(
        starts([[0] * len(group) for group in conditions]).astype(np.int32),
        starts(flat_covers).astype(np.int32),
        flat(flat_covers),
        (
            np.cumsum([0, *map(len, links)]).astype(np.int32),
            ints([c for c, _ in pairs]),
            ints([c for _, c in pairs]),
        ),
    )


one_cover = st.lists(st.integers(0, PREDICATES - 3), min_size=1, max_size=3, unique=True)


@given(tables(), st.lists(st.lists(one_cover, max_size=3), max_size=CONDITIONS))
def test_candidates_come_from_the_cover_that_the_fewest_rows_hold(
    made: tuple[Rows, list[list[tuple[int, int]]], list[list[int]]],
    conditions: list[list[list[int]]],
) -> None:
    rows, held, hits = made
    uses: Counter[int] = Counter()
    for row in held:
        uses.update(hit for value, _ in row for hit in hits[value])
    chosen = [
        set(min(group, key=lambda cover: sum(uses[n] for n in cover))) if group else set()
        for group in conditions
    ]
    expected = [
        {number for number, cover in enumerate(chosen) if cover & set(mine)} for mine in hits
    ]
    found = kernels.Hits(starts(hits), flat(hits))
    first, candidates = kernels.candidates(rows, found, covers_of(conditions))
    groups = [candidates[a:b].tolist() for a, b in itertools.pairwise(first)]
    assert [set(group) for group in groups] == expected
    assert [len(group) for group in groups] == [len(group) for group in expected]


@given(tables(), st.data())
def test_rows_are_paired_with_what_is_alive_and_witnessed_or_always(
    made: tuple[Rows, list[list[tuple[int, int]]], list[list[int]]], data: st.DataObject
) -> None:
    rows, held, hits = made
    condition = st.integers(0, CONDITIONS - 1)
    # Conditions are witnessed or always paired, never both.
    always = sorted(data.draw(st.sets(condition)))
    others = [n for n in range(CONDITIONS) if n not in always]
    witnessed = [
        sorted(data.draw(st.sets(st.sampled_from(others)))) if others else [] for _ in hits
    ]
    alive = np.array(
        [[data.draw(st.booleans()) for _ in range(CONDITIONS)] for _ in "ab"], np.uint8
    )
    kind = [data.draw(st.integers(0, 1)) for _ in held]
    expected = [
        (row, number)
        for row, values in enumerate(held)
        for number in range(CONDITIONS)
        if number in always
        or (alive[kind[row], number] and any(number in witnessed[v] for v, _ in values))
    ]
    kinds = kernels.Kinds(
        ints(kind), alive, ints([0, len(always), 2 * len(always)]), ints(always * 2)
    )
    columns = np.arange(len(rows.fields), dtype=np.int32)
    # The least room there is: every row may take a call of its own.
    pairing = kernels.Pairing(rows, kinds, (starts(witnessed), flat(witnessed)), columns, 1)
    found: list[tuple[int, int]] = []
    while (pairs := pairing.next()) is not None:
        found += zip(pairs.rows.tolist(), pairs.conditions.tolist(), strict=True)
    assert [row for row, _ in found] == sorted(row for row, _ in found)
    assert sorted(found) == expected


@given(tables(), st.lists(st.sets(st.integers(0, 2)), min_size=CONDITIONS, max_size=CONDITIONS))
def test_pairs_with_one_leader_have_the_same_values(
    made: tuple[Rows, list[list[tuple[int, int]]], list[list[int]]], looked: list[set[int]]
) -> None:
    rows, held, _ = made
    looks = [sorted(n for n in places if n < len(rows.fields)) for places in looked]
    is_loose = (np.diff(rows.extra_start) > 0).astype(np.uint8)
    pairs = Pairs(*np.indices((len(held), CONDITIONS), np.int32).reshape(2, -1))
    table = kernels.Looks(starts(looks).astype(np.int32), flat(looks))
    leaders, leader = kernels.group(rows, pairs, is_loose, table)

    def key(row: int, condition: int) -> tuple[int, ...]:
        return (condition, *(rows.values[row, place] for place in looks[condition]))

    mine = [key(*pair) for pair in zip(pairs.rows, pairs.conditions, strict=True)]
    theirs = [key(*pair) for pair in zip(leaders.rows, leaders.conditions, strict=True)]
    assert [theirs[index] for index in leader] == mine
    tight = [k for k, row in zip(theirs, leaders.rows, strict=True) if not is_loose[row]]
    assert len(set(tight)) == len(tight)


Tree = tuple[object, ...]
leaf = st.one_of(
    st.tuples(st.just(LITERAL), st.integers(0, PREDICATES - 3)),
    st.tuples(st.just(LITERAL), st.integers(PREDICATES, PREDICATES + FIELDS - 1)),
    st.tuples(st.just(SLOW), st.integers(PREDICATES - 2, PREDICATES - 1)),
    st.tuples(st.just(CONSTANT), st.sampled_from([FALSE, TRUE])),
    st.tuples(
        st.sampled_from([ANY, ALL]),
        st.lists(st.integers(0, PREDICATES - 3), min_size=2, max_size=4),
    ),
)
trees = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.tuples(st.just(NOT), inner), st.tuples(st.sampled_from([AND, OR]), inner, inner)
    ),
    max_leaves=6,
)


def emitted(tree: Tree, code: list[int]) -> int:
    """Append a tree's program with its jumps; return the depth of its stack."""
    operation = tree[0]
    if operation in {ANY, ALL}:
        code += (operation, len(tree[1]), *tree[1])  # type: ignore[arg-type, misc]
        return 1
    if operation in {LITERAL, SLOW, CONSTANT}:
        code += tree  # type: ignore[arg-type]
        return 1
    depth = emitted(tree[1], code)  # type: ignore[arg-type]
    if operation == NOT:
        code += (NOT, 0)
        return depth
    jump = len(code) + 1
    code += (IF_FALSE if operation == AND else IF_TRUE, 0)
    deeper = emitted(tree[2], code) + 1  # type: ignore[arg-type]
    code += (operation, 0)  # type: ignore[arg-type]
    code[jump] = len(code)
    return max(depth, deeper)


def told(tree: Tree, state: dict[int, int]) -> int:
    """The value of a tree, given those of its leaves."""
    operation = tree[0]
    if operation in {LITERAL, SLOW}:
        return state[tree[1]]  # type: ignore[index]
    if operation == CONSTANT:
        return tree[1]  # type: ignore[return-value]
    if operation in {ANY, ALL}:
        return (max if operation == ANY else min)(state[n] for n in tree[1])  # type: ignore[attr-defined]
    values = [told(part, state) for part in tree[1:]]  # type: ignore[arg-type]
    if operation == NOT:
        return TRUE - values[0]
    return (min if operation == AND else max)(values)


def code_of(conditions: list[Tree]) -> kernels.Code:
    code: list[int] = []
    first = [0]
    depth = 1
    for tree in conditions:
        depth = max(depth, emitted(tree, code))
        first.append(len(code))
    return kernels.Code(ints(first), ints(code), depth)


@settings(deadline=None)
@given(tables(), st.lists(trees, min_size=1, max_size=CONDITIONS), st.data())
def test_conditions_are_judged_by_what_their_row_holds(
    made: tuple[Rows, list[list[tuple[int, int]]], list[list[int]]],
    conditions: list[Tree],
    data: st.DataObject,
) -> None:
    rows, held, hits = made
    code = code_of(conditions)
    facts = kernels.Facts(PREDICATES, FIELDS, code)
    pairs = Pairs(*np.indices((len(held), len(conditions)), np.int32).reshape(2, -1))
    found = kernels.Hits(starts(hits), flat(hits))

    def state(row: int, slow: tuple[int, int]) -> dict[int, int]:
        true = {hit for value, _ in held[row] for hit in hits[value]}
        true |= {PREDICATES + field for _, field in held[row]}
        known = {n: TRUE if n in true else FALSE for n in range(PREDICATES + FIELDS)}
        return known | {PREDICATES - 2: slow[0], PREDICATES - 1: slow[1]}

    open_state = (UNKNOWN, UNKNOWN)
    verdicts, questions = kernels.judge(rows, found, (code, facts), pairs, kernels.NOTHING_KNOWN)
    expected = [
        told(tree, state(row, open_state)) for row in range(len(held)) for tree in conditions
    ]
    assert verdicts.tolist() == expected
    asked = set(zip(questions.rows.tolist(), questions.predicates.tolist(), strict=True))
    assert {row for row, _ in asked} == {
        row
        for row, verdict in zip(pairs.rows.tolist(), expected, strict=True)
        if verdict == UNKNOWN
    }
    slow = [
        tuple(data.draw(st.sampled_from([FALSE, TRUE])) for _ in range(2)) for _ in held[:20]
    ] + [(TRUE, FALSE)] * len(held[20:])
    answers = [
        slow[row][number - PREDICATES + 2] == TRUE
        for row, number in zip(questions.rows.tolist(), questions.predicates.tolist(), strict=True)
    ]
    known = kernels.Questions(questions.predicates, questions.rows, np.array(answers, np.uint8))
    left = pairs.take(verdicts == UNKNOWN)
    verdicts, more = kernels.judge(rows, found, (code, facts), left, known)
    assert len(more) == 0
    assert verdicts.tolist() == [
        told(conditions[condition], state(row, slow[row]))  # type: ignore[arg-type]
        for row, condition in zip(left.rows.tolist(), left.conditions.tolist(), strict=True)
    ]


def test_more_questions_than_there_is_room_for_are_all_asked() -> None:
    count = 70_000
    conditions: list[Tree] = [(SLOW, PREDICATES - 1)]
    code = code_of(conditions)
    nothing = np.zeros(0, np.int32)
    rows = Rows(
        np.zeros((count, 0), np.int32), nothing, np.zeros(count + 1, np.int64), nothing, nothing
    )
    pairs = Pairs(np.arange(count, dtype=np.int32), np.zeros(count, np.int32))
    hits = kernels.Hits(np.zeros(1, np.int64), nothing)
    facts = kernels.Facts(PREDICATES, FIELDS, code)
    verdicts, asked = kernels.judge(rows, hits, (code, facts), pairs, kernels.NOTHING_KNOWN)
    assert set(verdicts.tolist()) == {UNKNOWN}
    assert asked.rows.tolist() == list(range(count))


@given(st.lists(trees, max_size=CONDITIONS), st.data())
def test_a_condition_is_possible_unless_what_is_known_makes_it_false(
    conditions: list[Tree], data: st.DataObject
) -> None:
    value = st.sampled_from([FALSE, UNKNOWN, TRUE])
    state = {n: data.draw(value) for n in range(PREDICATES + FIELDS)}
    state |= dict.fromkeys((PREDICATES - 2, PREDICATES - 1), UNKNOWN)
    found = kernels.possible(code_of(conditions), np.array(list(state.values()), np.uint8))
    assert found.tolist() == [told(tree, state) != FALSE for tree in conditions]


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 2)), max_size=50))
def test_rows_that_say_something_are_counted_by_group(rows: list[tuple[int, int]]) -> None:
    says = [1, 0, 1, 1, 0]
    counts = np.zeros(3, np.int64)
    codes, groups = ints([code for code, _ in rows]), ints([group for _, group in rows])
    kernels.count_present(codes, np.array(says, np.uint8), groups, counts)
    assert counts.tolist() == [
        sum(says[code] for code, mine in rows if mine == group) for group in range(3)
    ]
