"""Rows to columns, by the names that they have in common."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold
from gamekeeper.model.row_groups import REST, RowGroups, text_array

SYSMON = datasets()["windows.sysmon"]
Pairs = list[tuple[str, str]]
names = st.sampled_from(["Image", "image", "IMAGE", "Computer", "User", "Odd", "odd", ""])
values = st.sampled_from(["a", "b", "", "Ü"])
rows = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["Channel", "Computer", "Task"]), values, max_size=3),
        st.lists(st.tuples(names, values), max_size=5),
    ),
    min_size=1,
    max_size=9,
)


def one_by_one(system: dict[str, str], data: Pairs) -> tuple[dict[str, str], Pairs]:
    """What a row is to hold, worked out for it alone."""
    held, rest = dict(system), []
    for name, value in data:
        column = SYSMON.columns.get(fold(name))
        if column is None or column in held:
            rest.append((name, value))
        else:
            held[column] = value
    return held, rest


@given(rows)
def test_every_row_holds_what_it_would_hold_alone(made: list[tuple[dict[str, str], Pairs]]) -> None:
    groups = RowGroups(SYSMON)
    for system, data in made:
        groups.add(system, data)
    columns = {name: column.to_pylist() for name, column in groups.take().items()}
    for row, (system, data) in enumerate(made):
        held, rest = one_by_one(system, data)
        found = {name: texts[row] for name, texts in columns.items() if name != REST}
        assert {name: text for name, text in found.items() if text is not None} == held
        assert [(pair["name"], pair["value"]) for pair in columns[REST][row]] == rest


def test_rows_are_forgotten_once_they_are_taken() -> None:
    groups = RowGroups(SYSMON)
    groups.add({}, [("Image", "a")])
    groups.take()
    groups.add({}, [("User", "b")])
    assert groups.count == 1
    assert "Image" not in groups.take()


def test_what_no_column_of_text_can_hold_becomes_question_marks() -> None:
    assert text_array(["a", "\ud800b"]).to_pylist() == ["a", "?b"]


def test_rows_that_settled_early_keep_their_order_in_the_batch() -> None:
    builder = BatchBuilder()
    for number in range(9000):
        data = [("Image", str(number)), ("Odd", str(number))][number % 3 == 0 :]
        system = {"Channel": "Microsoft-Windows-Sysmon/Operational"}
        assert not list(builder.add(Event(0, number, system=system, data=data)))
    (batch,) = builder.flush()
    offsets, images = (batch.table.column(name).to_pylist() for name in ("event.offset", "Image"))
    assert offsets == list(range(9000))
    assert images == [None if n % 3 == 0 else str(n) for n in range(9000)]
    assert [pairs[0]["value"] for pairs in batch.table.column(REST).to_pylist()] == [
        str(n) for n in range(9000)
    ]
