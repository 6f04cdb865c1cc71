"""Every value once, folded, with the rows that hold it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from fakes.generated import batch_of, batches
from gamekeeper.engine.columnar.values import OTHER, Asked, Values, read_values
from gamekeeper.engine.reference import TYPED_NAMES, row_fields
from gamekeeper.model.build import Event
from gamekeeper.model.events import EventBatch
from gamekeeper.model.folding import fold

CHANNEL = "Microsoft-Windows-Sysmon/Operational"


def folded(values: Values, value: int) -> str:
    return values.text[values.starts[value] : values.ends[value]].tobytes().decode()


def held(values: Values, row: int, numbers: set[int]) -> list[str]:
    return sorted(values.string(v) for _, field, v in values.held(row) if field in numbers)


@settings(max_examples=100, deadline=None)
@given(batches)
def test_rows_hold_what_the_reference_reads(batch: EventBatch) -> None:
    asked = Asked()
    for name in ("Image", "odd", "EventID", "@TimeStamp", ""):
        asked.add(name)
    values = read_values(batch, asked)
    for row in range(len(batch)):
        fields = row_fields(batch, row)
        for name in ("image", "odd", "eventid", "@timestamp"):
            assert held(values, row, {asked.number(name)}) == sorted(fields.get(name, []))
        texts = [t for name, found in fields.items() if name not in TYPED_NAMES for t in found]
        seen = {OTHER, asked.number("image"), asked.number("odd")}
        assert held(values, row, seen) == sorted(texts)


@settings(max_examples=50, deadline=None)
@given(batches)
def test_texts_are_folded_by_the_one_rule(batch: EventBatch) -> None:
    asked = Asked()
    asked.add("")
    values = read_values(batch, asked)
    for value in range(len(values.starts)):
        assert folded(values, value) == fold(values.string(value))


def test_fields_that_nobody_asks_for_are_not_read() -> None:
    event = Event(
        0, 0, system={"Channel": CHANNEL}, data=[("Image", "a"), ("User", "b"), ("X", "c")]
    )
    asked = Asked()
    asked.add("user")
    values = read_values(batch_of([event]), asked)
    assert [column.name for column in values.columns] == ["User"]
    assert len(values.extra_value) == 0


def test_some_rows_bring_their_own_values_only() -> None:
    made = [Event(0, 0, system={"Channel": CHANNEL}, data=[("Image", str(n))]) for n in range(50)]
    asked = Asked()
    asked.add("Image")
    values = read_values(batch_of(made), asked, np.array([7, 3, 7], np.int32))
    (column,) = values.columns
    texts = values.strings(column)
    assert len(texts) == 2
    assert [texts[code] for code in column.codes] == ["7", "3", "7"]
