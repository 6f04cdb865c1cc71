from __future__ import annotations

import csv
import io
import json
from datetime import datetime

from fakes.exports import kept_ones
from gamekeeper.reports.exports import timesketch
from gamekeeper.reports.exports.base import Asked


def test_each_step_is_a_line_with_what_a_timeline_needs() -> None:
    lines = [
        json.loads(line) for line in timesketch.export_lines(kept_ones(), Asked()).splitlines()
    ]
    steps = sum(len(one.incident.steps) for one in kept_ones())
    assert len(lines) == steps
    for line in lines:
        moment = datetime.fromisoformat(line["datetime"])
        assert round(moment.timestamp() * 1_000_000) == line["timestamp"]
        assert line["message"]
        assert line["timestamp_desc"]
    assert {line["kind"] for line in lines} >= {"match", "chain", "break", "context"}


def test_no_cell_is_a_formula() -> None:
    text = timesketch.export_csv(kept_ones(), Asked()).decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["message", "datetime", "timestamp_desc"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert "\u202e" not in text


def test_no_incidents_are_a_head_and_no_line() -> None:
    assert timesketch.export_csv([], Asked()) == b"message,datetime,timestamp_desc\n"
    assert timesketch.export_lines([], Asked()) == b""
