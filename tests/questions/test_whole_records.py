from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.questions.record_fields import RecordFields
from gamekeeper.questions.whole_records import as_json, first_fields

from .conftest import Made, batch_of

NAMES = st.sampled_from(["Data", "CommandLine", "Odd", "odd", "Ünï", "a b"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ROWS = st.lists(
    st.dictionaries(NAMES, st.lists(TEXTS, min_size=1, max_size=3)), min_size=1, max_size=6
)


@given(ROWS)
def test_json_has_every_value_of_every_field(rows: list[dict[str, list[str]]]) -> None:
    fields = RecordFields(batch_of([{"Channel": "Application", **row} for row in rows]).table)
    texts = as_json(fields, np.arange(len(rows))).to_pylist()
    for row, text in zip(rows, texts, strict=True):
        document = json.loads(text)
        assert document.pop("Channel") == "Application"
        told = {
            name: value if isinstance(value, list) else [value] for name, value in document.items()
        }
        assert sum(map(len, told.values())) == sum(map(len, row.values()))
        for name, value in row.items():
            if name.lower() != "odd":  # one spelling may hold the values of both
                assert told[name] == value


def test_json_of_some_rows_in_their_order(made: Made) -> None:
    batch = made(*({"Channel": "Security", "TargetUserName": str(n), "Odd": "x"} for n in range(4)))
    texts = as_json(RecordFields(batch.table), np.array([2, 0])).to_pylist()
    assert [json.loads(text)["TargetUserName"] for text in texts] == ["2", "0"]
    assert as_json(RecordFields(batch.table), np.array([], np.int64)).to_pylist() == []


def test_unseen_characters_are_escaped_in_json(made: Made) -> None:
    batch = made({"Channel": "Security", "TargetUserName": "a\u202eb\x7f"})
    text = as_json(RecordFields(batch.table), np.array([0])).to_pylist()[0]
    assert "\u202e" not in text
    assert json.loads(text)["TargetUserName"] == "a\u202eb\x7f"


def test_the_first_fields_are_those_that_say_something(made: Made) -> None:
    row = {"Channel": "Application", "Data": ["-", "two"], "Binary": "00", "Odd": "x" * 100}
    batch = made(row, {"Channel": "Application"})
    told = first_fields(RecordFields(batch.table), np.array([0, 1]), 2).to_pylist()
    assert told == ["Data=two, Odd=" + "x" * 80 + "…", ""]
