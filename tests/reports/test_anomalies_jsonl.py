from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from tests.fakes.habits import office, told_of

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import anomalies_jsonl


def test_a_line_leads_to_its_record_and_says_with_whom_it_is_compared(
    small: HuntResult, tmp_path: Path
) -> None:
    diary = office(40)
    diary.start(39, "ws03", "ntdsutil ifm")
    stream = BytesIO()
    anomalies_jsonl.write(replace(small, baselines=told_of(diary.events, tmp_path)), stream)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (one,) = [line for line in lines if line["baseline"] == "command-shapes"]
    assert (one["host.name"], one["user.name"]) == ("ws03", "anna")
    assert one["event_ids"] == [f"0:{diary.events[-1].offset}"]
    assert one["source.path"] == small.sources[0].path
    assert one["key"] == {"command": "ntdsutil ifm"}
    assert one["surprise_bits"] > 3
    assert "0 of 3 other hosts" in one["comparison"]
    assert one["days_known"] == 39
    assert one["@timestamp"].startswith("2026-02-09T09:00")


def test_without_anomalies_the_file_is_empty(small: HuntResult) -> None:
    stream = BytesIO()
    anomalies_jsonl.write(small, stream)
    assert stream.getvalue() == b""
