from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pytest

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import matches_csv, matches_jsonl

from .worlds import Batches


def written(result: HuntResult) -> str:
    stream = io.BytesIO()
    matches_csv.write(result, stream)
    return stream.getvalue().decode()


def test_golden(small: HuntResult, golden: Callable[[str, bytes], None]) -> None:
    golden("matches.csv", written(small).encode())


def test_rows_say_what_the_lines_of_matches_jsonl_say(plausible: HuntResult) -> None:
    stream = io.BytesIO()
    matches_jsonl.write(plausible, stream)
    matches = [json.loads(line) for line in stream.getvalue().splitlines()]
    rows = list(csv.DictReader(io.StringIO(written(plausible))))
    assert len(rows) == len(matches)
    for row, match in zip(rows[:200], matches[:200], strict=True):
        assert json.loads(row.pop("fields")) == match.pop("fields")
        assert json.loads(row.pop("why")) == match.pop("why")
        match |= {"record.state": "", "time_zone": "", "contributing": ""}
        assert row == {key: str(value) for key, value in match.items()}


def test_records_that_a_match_rests_on_are_a_cell_of_json(small: HuntResult) -> None:
    batches = []
    for batch in small.matches.batches():
        lists = ['["0:1","1:2"]', *[None] * (batch.num_rows - 1)]
        place = batch.schema.get_field_index("contributing")
        batches.append(batch.set_column(place, "contributing", pa.array(lists, pa.utf8())))
    rows = list(csv.DictReader(io.StringIO(written(replace(small, matches=Batches(batches))))))
    assert json.loads(rows[0]["contributing"]) == ["0:1", "1:2"]
    assert {row["contributing"] for row in rows[1:]} == {""}


def test_hostile_cells_are_text_in_one_row(hostile: HuntResult) -> None:
    text = written(hostile)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(hostile.matches)
    assert rows[0]["user.name"].startswith("'=")
    assert json.loads(rows[0]["fields"])["n"] == 7
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("plain", "plain"),
        ('a "b", c', '"a ""b"", c"'),
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'),
        ("a\nb", "a\\nb"),
    ],
)
def test_cells(text: str, cell: str) -> None:
    assert matches_csv.cell(text) == cell
