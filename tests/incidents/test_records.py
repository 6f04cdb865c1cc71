from __future__ import annotations

import json
from typing import Any

import pytest

from gamekeeper.incidents.records import MatchLines
from gamekeeper.model.events import RecordState
from gamekeeper.model.findings import RuleAccount, SourceAccount

from .conftest import MakeBatch

KEYS = [
    "rule.id", "rule.title", "rule.level", "@timestamp", "host.name", "user.name", "event.id",
    "event.fingerprint", "source.path", "source.sha256", "source.offset", "record.id", "channel",
    "event.code", "fields", "why",
]  # fmt: skip


@pytest.fixture
def match_lines(rules: tuple[RuleAccount, ...], sources: tuple[SourceAccount, ...]) -> MatchLines:
    return MatchLines(rules, sources)


def test_a_line_holds_exactly_the_promised_keys_in_order(
    match_lines: MatchLines, batch: MakeBatch
) -> None:
    [line] = match_lines.lines(batch([{"event": "x"}])).to_pylist()
    assert line == (
        '{"rule.id":"r-0","rule.title":"A shell","rule.level":"medium",'
        '"@timestamp":"2026-02-01T00:00:00.000000Z","host.name":"DC01.corp.example",'
        '"user.name":"CORP\\\\ann","event.id":"0:4096",'
        '"event.fingerprint":"9dd4e461268c8034f5c8564e155c67a6",'
        f'"source.path":"logs/Security.evtx","source.sha256":"{"ab" * 32}",'
        '"source.offset":4096,"record.id":7,"channel":"Security","event.code":4688,'
        '"fields":{"Image":"C:\\\\Windows\\\\System32\\\\cmd.exe"},'
        '"why":["Image|endswith: \'\\\\\\\\cmd.exe\'"]}\n'
    )
    assert list(json.loads(line)) == KEYS


def test_what_is_unknown_is_null(match_lines: MatchLines, batch: MakeBatch) -> None:
    absent = dict.fromkeys(["time", "host", "user", "channel", "event_code", "record_id"])
    [line] = match_lines.lines(batch([absent])).to_pylist()
    match = json.loads(line)
    for key in ["@timestamp", "host.name", "user.name", "channel", "event.code", "record.id"]:
        assert match[key] is None
    assert match["event.id"] == "0:4096"


def test_state_and_assumed_zone_stand_only_where_they_say_something(
    match_lines: MatchLines, batch: MakeBatch
) -> None:
    given = [{}, {"state": int(RecordState.STALE)}, {"state": 2, "time_assumed": True}]
    extra = [
        {key: value for key, value in json.loads(line).items() if key not in KEYS}
        for line in match_lines.lines(batch(given)).to_pylist()
    ]
    assert extra == [
        {},
        {"record.state": "stale"},
        {"record.state": "carved", "time_zone": "assumed"},
    ]


def test_hostile_text_is_escaped_and_keeps_its_value(
    match_lines: MatchLines, batch: MakeBatch
) -> None:
    hostile = 'x"\n\x1b\x9b\u202e\u2028'
    fields = json.dumps({"CommandLine": hostile}, ensure_ascii=False)
    given: list[dict[str, Any]] = [{"host": hostile, "fields": fields}, {"fields": {"é": "seen"}}]
    first, second = match_lines.lines(batch(given)).to_pylist()
    assert json.loads(first)["host.name"] == hostile
    assert json.loads(first)["fields"]["CommandLine"] == hostile
    assert not {*"\x1b\x9b\u202e\u2028"} & {*first}
    assert first.count("\n") == 1
    assert json.loads(second)["fields"] == {"é": "seen"}


def test_rows_find_their_rule_and_source_in_slices_too(
    match_lines: MatchLines, batch: MakeBatch
) -> None:
    whole = batch([{"rule": 0}, {"rule": 1, "source": 1, "offset": 5}])
    match = json.loads(match_lines.lines(whole.slice(1)).to_pylist()[0])
    assert (match["rule.id"], match["source.path"], match["event.id"]) == (
        "r-1",
        "copy/Security.evtx",
        "1:5",
    )


def test_paths_that_are_no_utf8_can_be_written(
    rules: tuple[RuleAccount, ...], batch: MakeBatch
) -> None:
    source = SourceAccount(0, "caf\udce9.evtx", "", 1, "evtx", "", "", 1, 1, 0)
    [line] = MatchLines(rules, [source]).lines(batch([{}])).to_pylist()
    assert json.loads(line)["source.path"] == "caf\\udce9.evtx"


def test_no_rows_give_no_lines(match_lines: MatchLines, batch: MakeBatch) -> None:
    assert match_lines.lines(batch([])).to_pylist() == []


def test_only_correlations_have_contributing_records(
    match_lines: MatchLines, batch: MakeBatch
) -> None:
    lines = match_lines.lines(batch([{"contributing": '["0:1","1:2"]'}, {}])).to_pylist()
    assert json.loads(lines[0])["contributing"] == ["0:1", "1:2"]
    assert "contributing" not in json.loads(lines[1])
