from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gamekeeper.model.rejects import Reject
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import html_data
from gamekeeper.reports.embedding import embed

from . import worlds


def page(result: HuntResult) -> Any:
    return json.loads(html_data.page_json(result, embed(result)))


def matches(result: HuntResult) -> Any:
    return json.loads(html_data.matches_json(embed(result)))


def test_findings_are_columns_of_one_length(plausible: HuntResult) -> None:
    data = page(plausible)
    assert {len(column) for column in data["findings"].values()} == {len(plausible.findings)}
    assert {len(column) for column in data["rules"].values()} == {len(plausible.rules)}
    assert {len(column) for column in data["sources"].values()} == {len(plausible.sources)}
    assert sum(data["findings"]["shown"]) == data["matches_embedded"] == data["matches_total"]
    assert data["points"] is None


def test_findings_lead_to_their_rule(small: HuntResult) -> None:
    data = page(small)
    assert data["findings"]["rule"] == [1, 0, 0]
    assert data["findings"]["first"][0] == 1_769_904_090_500_000


def test_matches_come_back_from_their_columns(small: HuntResult) -> None:
    data = matches(small)
    assert data["rows"] == 4
    times = [data["time_base"] + time for time in data["time"]]
    assert times[0] == 1_769_904_090_500_000
    assert data["states"][data["state"][0]] == "stale"
    assert data["assumed"] == [0, 0, 0, 1]
    fields = data["fields"]
    flat = fields["values"][fields["codes"][1]]
    assert fields["names"][flat[0]] == "Image"
    assert flat[1] == "C:\\Windows\\System32\\cmd.exe"
    assert data["user"]["codes"][3] == -1
    assert len(data["fingerprint"]) == 4 * 32


def test_contributing_records_are_counted_whole_and_listed_in_part() -> None:
    ids = json.dumps([f"0:{n}" for n in range(60)])
    found = worlds.result(
        [worlds.match(0, "a"), worlds.match(1, "b", contributing=ids)],
        worlds.RULES,
        [worlds.source(0, "logs/Security.evtx")],
    )
    data = matches(found)["contributing"]
    assert list(data) == ["1"]
    assert data["1"][0] == 60
    assert data["1"][1][::49] == ["0:0", "0:49"]


def test_equal_fields_stand_once(small: HuntResult) -> None:
    assert matches(small)["fields"]["codes"] == [0, 1, 1, 1]


def test_long_values_are_cut_and_say_so(small: HuntResult) -> None:
    given = [worlds.match(0, "a", fields={"ScriptBlockText": "x" * 9_000})]
    found = worlds.result(given, small.rules, small.sources)
    [flat] = matches(found)["fields"]["values"]
    assert flat[1] == "x" * html_data.VALUE_LIMIT + "… (7500 more characters)"


def test_a_spent_budget_leaves_rows_without_fields(
    small: HuntResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_data, "VALUE_BUDGET", 10)
    data = matches(small)
    assert data["rows"] == 4
    assert data["fields"]["codes"] == [0, -1, -1, -1]


def test_integers_that_a_browser_cannot_hold_are_text(small: HuntResult) -> None:
    given = [worlds.match(0, "a", offset=2**60, record_id=2**53 - 1)]
    data = matches(worlds.result(given, small.rules, small.sources))
    assert data["offset"] == [str(2**60)]
    assert data["record_id"] == [2**53 - 1]


def test_rejects_are_counted_whole_and_listed_in_part(small: HuntResult) -> None:
    rejects = [Reject(0, n, "bad_chunk" if n % 2 else "bad_row", count=2) for n in range(1_500)]
    data = page(replace(small, rejects=rejects))["rejects"]
    assert data["total"] == 1_500
    assert data["reasons"] == [["bad_chunk", 1_500], ["bad_row", 1_500]]
    assert len(data["rows"]) == html_data.REJECTS_SHOWN


def test_no_matches_are_no_rows() -> None:
    assert matches(worlds.nothing_found()) == {"rows": 0}


def test_what_is_embedded_cannot_leave_its_element(hostile: HuntResult) -> None:
    for text in (
        html_data.page_json(hostile, embed(hostile)),
        html_data.matches_json(embed(hostile)),
    ):
        assert not set(text) & set("<>&\u2028\u2029\u202e\x1b\x9b")
        json.loads(text)


def test_what_lists_say_stands_once_and_is_pointed_at() -> None:
    data = page(worlds.given())
    assert data["findings"]["asset"] == [0, -1, 1]
    assert data["findings"]["known_account"] == [0, -1, -1]
    assert [one["host"] for one in data["assets"]] == ["DC01", "ws01"]
    assert data["findings"]["level"] == ["critical", "high", "medium"]
    assert data["findings"]["rule_level"] == ["critical", "high", "high"]
    assert data["findings"]["places"][0] == [["8.8.8.8", "US", 15169, "Example"]]
    assert [one["status"] for one in data["allowances"]] == ["applied", "expired"]
    assert data["matches_suppressed"] == 1
