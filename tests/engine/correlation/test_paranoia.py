"""The slow truth watches the windows of a hunt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from gamekeeper.engine.correlation import paranoia
from gamekeeper.engine.correlation.paranoia import checked
from gamekeeper.engine.correlation.registry import spans
from gamekeeper.engine.correlation.row_file import RowFile, write_rows
from gamekeeper.engine.correlation.schema import PLAIN_SCHEMA
from gamekeeper.engine.correlation.windows import TICKS, Span
from gamekeeper.errors import ParanoiaError
from gamekeeper.rules.correlation_ir import Correlation, CorrelationType, Limit
from gamekeeper.rules.plan import BoundCorrelation

BOUND = BoundCorrelation(
    Correlation(
        *("c1", "C", "low", ""),
        CorrelationType.EVENT_COUNT,
        ("a",),
        "2s",
        2,
        limits=(Limit("gte", 2),),
    ),
    (0,),
    (),
    (),
    (),
)


def written(folder: Path, times: dict[int, list[int]]) -> RowFile:
    """Rows of groups, given as seconds; each is one event."""
    rows = [
        {
            "correlation": 0,
            "key": bytes([group]) * 16,
            "filetime": time * TICKS,
            "order": 0,
            "fingerprint": number.to_bytes(16, "big"),
            "role": 0,
            "values": "[]",
            "shown": bytes(16),
            "source": 0,
            "offset": number,
            "state": 0,
            "time_assumed": False,
        }
        for group, seconds in times.items()
        for number, time in enumerate(seconds)
    ]
    return write_rows(folder / "rows.arrow", [pa.Table.from_pylist(rows, PLAIN_SCHEMA)])


def test_windows_that_are_right_pass(tmp_path: Path) -> None:
    file = written(tmp_path, {1: [0, 1, 9], 2: [0, 5], 3: [0, 1, 7, 8]})
    found = list(spans(BOUND, file, tmp_path))
    assert len(found) == 3
    assert list(checked(BOUND, file, iter(found))) == found


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "missed a match of rows 0 to 1"),
        ([Span(0, 2, 2), Span(3, 5, 2)], "invented a match of rows 3 to 4"),
        ([Span(0, 2, 3)], "invented"),
        ([Span(0, 3, 2)], "invented"),
    ],
)
def test_a_difference_stops_the_run(tmp_path: Path, wrong: list[Span], said: str) -> None:
    file = written(tmp_path, {1: [0, 1, 9], 2: [0, 5]})
    with pytest.raises(ParanoiaError, match=said):
        list(checked(BOUND, file, iter(wrong)))


def test_a_large_group_is_passed_on_and_the_next_one_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paranoia, "LARGEST", 3)
    file = written(tmp_path, {1: [0, 1, 2, 3, 4], 2: [0, 1]})
    wrong: Iterator[Span] = iter([Span(0, 1, 9), Span(5, 7, 2)])
    assert len(list(checked(BOUND, file, wrong))) == 2
    with pytest.raises(ParanoiaError, match="rows 5 to 6, in a group of 2 events"):
        list(checked(BOUND, file, iter([Span(0, 1, 9)])))
