from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.context.rows import Columns, Given, Remarks
from gamekeeper.context.yaml_rows import read
from gamekeeper.errors import UsageError

COLUMNS = Columns({"host": ("hostname",), "criticality": (), "purdue": ()})


def rows(text: str) -> tuple[list[tuple[int, dict[str, str]]], tuple[str, ...]]:
    remarks = Remarks()
    found = read(Given(Path("a.yml"), b"", "assets"), text, COLUMNS, remarks)
    return [(row.line, row.values) for row in found], remarks.texts()


def test_values_are_what_is_written() -> None:
    text = "- host: dc01\n  criticality: 5\n  purdue: 3.5\n- {Hostname: 010, purdue: ~}\n"
    assert rows(text) == (
        [(1, {"host": "dc01", "criticality": "5", "purdue": "3.5"}), (4, {"host": "010"})],
        (),
    )


def test_the_list_may_have_a_name() -> None:
    assert rows("assets:\n  - host: a\n")[0] == [(2, {"host": "a"})]


def test_what_is_odd_in_a_row_is_reported_with_its_line() -> None:
    text = "- host: a\n  host: b\n  colour: red\n  purdue: [1, 2]\n- just words\n"
    found, remarks = rows(text)
    assert found == [(1, {"host": "a"})]
    assert [remark.partition(":")[0] for remark in remarks] == [
        "line 2",
        "line 3",
        "line 4",
        "line 5",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing in it"),
        ("host: a\n", r"a\.yml, line 1: it is no list of maps"),
        ("- host: a\n- {b\n", r"a\.yml, line 3: it is no YAML"),
        ("- &a {host: x}\n- *a\n", r"line 1: anchors and aliases"),
        ("- " * 20 + "x", "nested deeper than 8 levels"),
        ("- host: a\x00", "it is no YAML"),
    ],
)
def test_what_is_no_list_is_an_error(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        rows(text)
