"""Scripts from their parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.scripts import GAP, assemble, gaps, place, spelled


def test_parts_in_any_order_give_the_text_that_was_run() -> None:
    [script] = assemble(["a"] * 3, ["3", "1", "2"], ["3"] * 3, ["mikatz", "Invoke", "-Mi"])
    assert script.text == "Invoke-Mimikatz"
    assert (script.parts, script.total, script.missing) == ((1, 2, 0), 3, ())
    assert script.is_whole


def test_a_gap_keeps_parts_apart_that_are_no_neighbours() -> None:
    [script] = assemble(["a", "a"], [2, 4], [5, 5], ["Invoke-", "Mimikatz"])
    assert script.text == f"{GAP}Invoke-{GAP}Mimikatz{GAP}"
    assert script.missing == ((1, 1), (3, 3), (5, 5))
    assert not script.is_whole


def test_ids_in_another_case_are_the_same_and_other_groups_are_not() -> None:
    ids, numbers, totals, texts = ["A-b", "a-B", "A-b"], [1, 2, 1], [2, 2, 2], ["x", "y", "z"]
    first, second = assemble(ids, numbers, totals, texts, [("h1", "c"), ("h1", "c"), ("h2", "c")])
    assert (first.script_block_id, first.text) == ("A-b", "xy")
    assert (second.text, second.missing) == (f"z{GAP}", ((2, 2),))


def test_another_total_is_another_script() -> None:
    found = assemble(["a"] * 3, [1, 2, 1], [2, 2, 9], ["x", "y", "forged"])
    assert [(script.text, script.total) for script in found] == [("xy", 2), (f"forged{GAP}", 9)]


def test_a_repeated_part_is_a_copy_or_a_rival_and_the_first_counts() -> None:
    [script] = assemble(["a"] * 4, [1, 1, 1, 2], [2] * 4, ["x", "x", "other", "y"])
    assert script.text == "xy"
    assert (script.parts, script.copies, script.rivals) == ((0, 3), (1,), (2,))


@pytest.mark.parametrize(
    ("number", "total"),
    [
        (None, "2"),
        ("1", None),
        ("0", "2"),
        ("3", "2"),
        ("-1", "2"),
        ("1.0", "2"),
        ("", "2"),
        (" 1", "2"),
        ("1", "0"),
        ("\u0661", "2"),
        ("1", "9" * 11),
    ],
)
def test_rows_without_a_place_belong_to_no_script(number: str | None, total: str | None) -> None:
    assert place(number, total) == (0, 0)
    assert assemble(["a"], [number], [total], ["x"]) == []


def test_rows_without_id_or_text_belong_to_no_script() -> None:
    assert assemble([None, "", "a"], [1, 1, 1], [1, 1, 1], ["x", "x", None]) == []


def test_an_empty_text_is_a_part() -> None:
    [script] = assemble(["a", "a"], [1, 2], [2, 2], ["x", ""])
    assert (script.text, script.is_whole) == ("x", True)


def test_a_million_missing_parts_cost_nothing() -> None:
    [script] = assemble(["a"], [1], [1_000_000_000], ["x"])
    assert script.missing == ((2, 1_000_000_000),)


@given(st.sets(st.integers(1, 30)), st.integers(30, 40))
def test_gaps_are_what_is_not_there(numbers: set[int], total: int) -> None:
    ranges = gaps(sorted(numbers), total)
    named = {number for low, high in ranges for number in range(low, high + 1)}
    assert named == set(range(1, total + 1)) - numbers
    assert all(low <= high for low, high in ranges)


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.integers(0, 4), st.text(max_size=3))
    )
)
def test_every_row_with_a_place_is_in_one_script_once(
    rows: list[tuple[str, int, int, str]],
) -> None:
    ids, numbers, totals, texts = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    )
    found = assemble(ids, numbers, totals, texts)
    used = [row for one in found for row in (*one.parts, *one.copies, *one.rivals)]
    placed = [at for at, row in enumerate(rows) if place(row[1], row[2]) != (0, 0)]
    assert sorted(used) == placed


def test_ranges_are_spelled_a_few_at_a_time() -> None:
    assert spelled([(n, n) for n in range(1, 20, 2)]) == "1, 3, 5, 7, 9, and 5 more ranges up to 19"
