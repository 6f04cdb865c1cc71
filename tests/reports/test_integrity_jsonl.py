"""Breaks as lines of JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

from tests.reports.worlds import BASE

from gamekeeper.model.breaks import (
    Anomaly,
    Break,
    Evidence,
    Explanation,
    IntegrityResult,
    Standing,
    Strength,
)
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import integrity_jsonl

CLEAR = Break(
    Anomaly(
        "clears",
        "Security was cleared by CORP\\mallory",
        "cleared",
        Strength.CERTAIN,
        host="dc01",
        channel="security",
        stop=BASE,
        source=0,
        evidence=(Evidence("1102 says so", 0, 4608, 7, BASE),),
    ),
    Standing.PROVED,
    "cleared",
    (Explanation("rotation", Strength.WEAK, speaks_against=(Evidence("the log was not full"),)),),
)


def written(result: HuntResult, *breaks: Break) -> list[dict[str, Any]]:
    found = IntegrityResult(breaks, hosts={"dc01": "DC01.corp.example"})
    stream = BytesIO()
    integrity_jsonl.write(replace(result, integrity=found), stream)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_break_leads_to_its_record(small: HuntResult) -> None:
    (line,) = written(small, CLEAR)
    assert (line["verdict"], line["cause"], line["check"]) == ("proved", "cleared", "clears")
    assert (line["host.name"], line["channel"]) == ("DC01.corp.example", "security")
    assert (line["from"], line["to"]) == (None, "2026-02-01T00:00:00.000000Z")
    (evidence,) = line["evidence"]
    assert evidence["source.path"] == small.sources[0].path
    assert evidence["source.sha256"] == small.sources[0].sha256
    assert (evidence["offset"], evidence["record"]) == (4608, 7)


def test_what_speaks_against_an_innocent_cause_is_told(small: HuntResult) -> None:
    (line,) = written(small, CLEAR)
    (explanation,) = line["explanations"]
    assert explanation["against"][0]["text"] == "the log was not full"
    assert explanation["strength"] == "weak"


def test_hostile_text_stays_on_its_line(small: HuntResult) -> None:
    hostile = replace(CLEAR, anomaly=replace(CLEAR.anomaly, text="a\nb\u2028c\x1b[31m"))
    assert len(written(small, hostile, CLEAR)) == 2


def test_nothing_is_said_where_nobody_looked(small: HuntResult) -> None:
    stream = BytesIO()
    integrity_jsonl.write(replace(small, integrity=None), stream)
    assert stream.getvalue() == b""
