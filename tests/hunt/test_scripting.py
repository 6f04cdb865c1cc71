"""Scripts in parts, from files to reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gamekeeper as gk
from gamekeeper.hunt import reading
from gamekeeper.hunt.scripting import reassemble
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.plan import Plan

RULES = """\
title: Evil script
id: 20000000-0000-4000-8000-00000000000a
name: evil
level: high
logsource: {product: windows, category: ps_script}
detection: {s: {ScriptBlockText|contains: Invoke-Evil}, condition: s}
---
title: Start
id: 20000000-0000-4000-8000-00000000000b
name: start
level: low
logsource: {product: windows, category: ps_script}
detection: {s: {ScriptBlockText|contains: begin}, condition: s}
---
title: Evil thrice
id: 20000000-0000-4000-8000-00000000000c
level: critical
correlation:
  type: event_count
  rules: [evil]
  group-by: [Computer]
  timespan: 1h
  condition: {gte: 3}
  generate: true
"""
EVIL, START, THRICE = (f"20000000-0000-4000-8000-00000000000{letter}" for letter in "abc")


def line(number: int, script: str, part: int, total: int, text: str) -> str:
    system = {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-PowerShell"}},
        "EventID": 4104,
        "EventRecordID": number,
        "Channel": "Microsoft-Windows-PowerShell/Operational",
        "Computer": "WS1.corp.example",
        "TimeCreated": {"#attributes": {"SystemTime": f"2026-02-01T10:00:{number:02}.000000Z"}},
    }
    data = {
        "MessageNumber": part,
        "MessageTotal": total,
        "ScriptBlockText": text,
        "ScriptBlockId": script,
    }
    return json.dumps({"Event": {"System": system, "EventData": data}})


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three evil scripts: one in two files, one that lacks a part, one in a single event."""
    monkeypatch.setenv("GAMEKEEPER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "logs"
    folder.mkdir()
    first = [
        line(1, "a", 1, 3, "begin Invo"),
        line(2, "b", 2, 4, "Invoke-"),
        line(3, "b", 3, 4, "Evil"),
    ]
    second = [
        line(4, "a", 3, 3, "Evil"),
        line(5, "a", 2, 3, "ke-"),
        line(6, "c", 1, 1, "Invoke-Evil"),
    ]
    (folder / "1.jsonl").write_text("\n".join(first) + "\n")
    (folder / "2.jsonl").write_text("\n".join(second) + "\n")
    (tmp_path / "rules.yml").write_text(RULES)
    return folder


def reports(out: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    lines = (out / "matches.jsonl").read_text().splitlines()
    return [json.loads(text) for text in lines], json.loads((out / "summary.json").read_text())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_script_matches_whatever_files_its_parts_are_in(
    logs: Path, tmp_path: Path, workers: int
) -> None:
    with gk.hunt(logs, rules=tmp_path / "rules.yml", workers=workers, paranoid=True) as found:
        found.write(tmp_path / "out")
    matches, summary = reports(tmp_path / "out")
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for match in matches:
        by_rule.setdefault(match["rule.id"], []).append(match)
    lacking, whole, single = by_rule[EVIL]
    ids = {match["event.id"]: match["@timestamp"][17:19] for match in matches}
    assert [ids[m["event.id"]] for m in (lacking, whole, single)] == ["03", "04", "06"]
    assert lacking["why"][-1] == "script of 4 parts, put together from 2; not in these logs: 1, 4"
    assert len(lacking["contributing"]) == 2
    assert whole["why"][-1] == "script of 3 parts, put together from 3"
    assert whole["contributing"][-1] == whole["event.id"]
    assert [i.partition(":")[0] for i in whole["contributing"]] == ["0", "1", "1"]
    assert whole["fields"] == {"ScriptBlockText": "begin Invoke-Evil"}
    assert "contributing" not in single
    assert [match["@timestamp"][17:19] for match in by_rule[START]] == ["01"]
    (thrice,) = by_rule[THRICE]
    assert thrice["contributing"] == [
        *lacking["contributing"],
        *whole["contributing"],
        single["event.id"],
    ]
    assert summary["scripts"] == {
        "scripts": 2,
        "incomplete": 1,
        "parts": 5,
        "copies": 0,
        "rivals": 0,
        "cut": 0,
        "matches": 2,
    }
    (account,) = [rule for rule in summary["rules"] if rule["id"] == EVIL]
    assert (account["matches"], account["events_evaluated"]) == (3, 6)


def test_events_that_are_filtered_out_are_no_parts(logs: Path, tmp_path: Path) -> None:
    with gk.hunt(logs, rules=tmp_path / "rules.yml", time_from="2026-02-01T10:00:03Z") as found:
        scripts = found.result.scripts
        assert (scripts.scripts, scripts.incomplete, scripts.matches) == (2, 2, 0)


def test_paranoia_covers_whole_scripts(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    compare = reading.compare

    def spy(truth: Any, batch: Any, *others: Any) -> None:
        texts.extend(batch.table.column("ScriptBlockText").to_pylist())
        compare(truth, batch, *others)

    monkeypatch.setattr("gamekeeper.hunt.scripting.compare", spy)
    with gk.hunt(logs, rules=tmp_path / "rules.yml", workers=1, paranoid=True):
        assert sorted(texts) == ["begin Invoke-Evil", "\ufffdInvoke-Evil\ufffd"]


def test_without_parts_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert reassemble(Plan(RuleSet(()), ()), (), tmp_path, paranoid=True) is None
