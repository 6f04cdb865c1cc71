from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.entities.entity import Join
from gamekeeper.entities.union import Union

PAIRS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=8)


def of_pairs(pairs: list[tuple[str, str]]) -> Union:
    union = Union()
    for key in "abcdef":
        union.add(key)
    for left, right in pairs:
        union.join(left, right, Join(left, right, "said so"))
    return union


@given(PAIRS)
def test_groups_do_not_depend_on_the_order_of_joins(pairs: list[tuple[str, str]]) -> None:
    groups = [keys for keys, _ in of_pairs(pairs).groups()]
    assert groups == [keys for keys, _ in of_pairs(pairs[::-1]).groups()]
    assert sorted(key for keys in groups for key in keys) == list("abcdef")


@given(PAIRS)
def test_every_group_says_how_it_came_about(pairs: list[tuple[str, str]]) -> None:
    for keys, joins in of_pairs(pairs).groups():
        assert len(joins) == len(keys) - 1


def test_a_note_stays_with_its_group() -> None:
    union = of_pairs([("a", "b")])
    union.note("b", Join("B", "b", "case"))
    (_, joins), *_ = union.groups()
    assert [join.rule for join in joins] == ["case", "said so"]
