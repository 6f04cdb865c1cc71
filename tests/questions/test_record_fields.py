from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gamekeeper.questions.record_fields import RecordFields

from .conftest import Made


def values(fields: RecordFields, name: str, place: int = 1) -> list[str | None]:
    return fields.field(name, place).said(np.arange(fields.rows), str).to_pylist()


@pytest.fixture
def fields(made: Made) -> RecordFields:
    rows = [
        {"Channel": "Application", "Data": ["a", "b", "c"], "Odd": "1"},
        {"Channel": "Application", "Message": "m"},
        {"Channel": "Application", "Data": "d", "odd": ["2", "3"]},
    ]
    return RecordFields(made(*rows).table)


def test_a_field_is_found_in_its_column_and_among_the_rest(fields: RecordFields) -> None:
    assert values(fields, "Data") == ["a", None, "d"]
    assert values(fields, "data", 2) == ["b", None, None]
    assert values(fields, "Data", 3) == ["c", None, None]
    assert values(fields, "Data", 4) == [None, None, None]
    assert values(fields, "ODD") == ["1", None, "2"]
    assert values(fields, "Odd", 2) == [None, None, "3"]
    assert values(fields, "absent") == [None, None, None]


def test_a_slice_has_its_own_rows_only(made: Made) -> None:
    rows = [{"Channel": "Application", "Odd": str(n), "Data": [f"a{n}", f"b{n}"]} for n in range(9)]
    table = made(*rows).table.slice(3, 4)
    fields = RecordFields(table)
    assert values(fields, "Odd") == ["3", "4", "5", "6"]
    assert values(fields, "Data", 2) == ["b3", "b4", "b5", "b6"]


def test_a_form_is_asked_once_for_each_value_in_use(made: Made) -> None:
    rows = [{"Channel": "Security", "TargetUserName": name} for name in "aabbc"]
    fields = RecordFields(made(*rows).table)
    asked: list[str] = []

    def form(text: str) -> str | None:
        asked.append(text)
        return None if text == "b" else text.upper()

    said = fields.field("TargetUserName").said(np.array([0, 1, 2, 3]), form)
    assert said.to_pylist() == ["A", "A", None, None]
    assert asked == ["a", "b"]


def test_columns_that_were_not_asked_for_say_nothing() -> None:
    table = pa.RecordBatch.from_pydict({"EventID": pa.array([1], pa.int32())})
    fields = RecordFields(table)
    assert values(fields, "CommandLine") == [None]
    assert fields.columns() == []
