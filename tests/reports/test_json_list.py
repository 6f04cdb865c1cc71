"""JSON lists that can be read line by line."""

from __future__ import annotations

import io
import json

import pytest

from gamekeeper.reports.json_list import write_list


@pytest.mark.parametrize("rows", [[], [{"a": 1}], [{"a": 1}, {"b": "x\ny"}]])
def test_a_list_is_json_with_an_element_a_line(rows: list[dict[str, object]]) -> None:
    written = io.BytesIO()
    write_list(rows, written)
    assert json.loads(written.getvalue()) == rows
    lines = written.getvalue().splitlines()
    assert [json.loads(line.rstrip(b",")) for line in lines[1:-1] if line] == rows
