from __future__ import annotations

from pathlib import Path

from gamekeeper.context.lists import read_rows
from gamekeeper.context.rows import Given, Remarks

NAMES = {"host": (), "role": ()}


def test_csv_and_yaml_give_the_same_rows() -> None:
    texts = {"a.csv": b"host,role\na,b\n", "a.YAML": b"- host: a\n  role: b\n"}
    for name, data in texts.items():
        [row] = read_rows(Given(Path(name), data, "assets"), NAMES, Remarks())
        assert row.values == {"host": "a", "role": "b"}


def test_a_row_without_its_first_column_is_reported() -> None:
    remarks = Remarks()
    given = Given(Path("a.csv"), b"host,role\n,b\nc,\n", "assets")
    assert [row.values["host"] for row in read_rows(given, NAMES, remarks)] == ["c"]
    assert remarks.texts() == ("line 2: the row has no host and does not count",)
