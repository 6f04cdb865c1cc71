"""Chains as lines of JSON, and on the page."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

from tests.reports.test_chain_texts import EVENT, HIT, found

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import chains_jsonl, html


def test_a_line_leads_to_the_records(small: HuntResult) -> None:
    stream = BytesIO()
    chains_jsonl.write(replace(small, chains=found(HIT)), stream)
    line = json.loads(stream.getvalue())
    assert (line["chain"], line["joined"], line["missing"]) == ("SC-1", {"host": "dc01"}, ["c"])
    (event,) = line["steps"][0]["events"]
    assert event["source.path"] == small.sources[0].path
    assert event["source.sha256"] == small.sources[0].sha256
    assert (event["source.offset"], event["record.id"], event["event.id"]) == (4608, 7, "0:4608")
    assert line["score_bits"] is None


def test_without_chains_the_file_is_empty(small: HuntResult) -> None:
    stream = BytesIO()
    chains_jsonl.write(small, stream)
    assert stream.getvalue() == b""


def test_text_of_a_log_is_inert_on_the_page(small: HuntResult) -> None:
    nasty = "<script>alert(1)</script>\u202e"
    event = replace(EVENT, host=nasty, fields=(("CommandLine", nasty),))
    step = replace(HIT.steps[0], events=(event,))
    stream = BytesIO()
    html.write(replace(small, chains=found(replace(HIT, steps=(step,), hosts=(nasty,)))), stream)
    page = stream.getvalue().decode()
    section = page[page.index('<section id="chains"') : page.index('<div id="app"')]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e" in section
    assert "<script" not in section
