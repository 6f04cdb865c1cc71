"""Correlation from files to reports, through the Python interface and the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gamekeeper as gk
from gamekeeper.errors import ParanoiaError

RULES = """\
title: Guessed password
id: 10000000-0000-4000-8000-00000000000a
level: high
tags: [attack.credential-access, attack.t1110]
correlation:
  type: temporal_ordered
  rules: [many_failed, success]
  group-by: [TargetUserName]
  timespan: 10m
---
title: Many failures
name: many_failed
id: 10000000-0000-4000-8000-00000000000b
correlation:
  type: event_count
  rules: [failed]
  group-by: [TargetUserName, IpAddress]
  timespan: 5m
  condition: {gte: 3}
---
title: Failed
name: failed
id: 10000000-0000-4000-8000-00000000000c
level: low
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Success
name: success
id: 10000000-0000-4000-8000-00000000000d
level: low
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
title: No machines
id: 10000000-0000-4000-8000-00000000000e
logsource: {product: windows}
filter:
  rules: [failed]
  machine: {TargetUserName|endswith: $}
  condition: not machine
"""
GUESSED = "10000000-0000-4000-8000-00000000000a"
FAILED = "10000000-0000-4000-8000-00000000000c"


def line(number: int, event_id: int, user: str, second: int) -> str:
    system = {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
        "EventID": event_id,
        "EventRecordID": number,
        "Channel": "Security",
        "Computer": "DC01.corp.example",
        "TimeCreated": {"#attributes": {"SystemTime": f"2026-02-01T10:{second:02}:00.000000Z"}},
    }
    data = {"TargetUserName": user, "IpAddress": "10.0.0.9"}
    return json.dumps({"Event": {"System": system, "EventData": data}})


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two copies of one log, in which bob's password is guessed and ann's is not."""
    monkeypatch.setenv("GAMEKEEPER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    events = [(4625, "bob", 0), (4625, "ann", 1), (4625, "BOB", 1), (4625, "ann", 2)]
    events += [(4625, "bob", 2), (4625, "WS$", 2), (4625, "WS$", 2), (4625, "WS$", 2)]
    events += [(4624, "ann", 3), (4624, "bob", 4), (4624, "WS$", 4)]
    text = "\n".join(line(number, *event) for number, event in enumerate(events)) + "\n"
    folder = tmp_path / "logs"
    folder.mkdir()
    for name in ("tuesday.jsonl", "thursday.jsonl"):
        (folder / name).write_text(text)
    (tmp_path / "rules.yml").write_text(RULES)
    return folder


def account(summary: dict[str, Any], identity: str) -> dict[str, Any]:
    (found,) = [rule for rule in summary["rules"] if rule["id"] == identity]
    return dict(found)


def check(out: Path) -> None:
    matches = [json.loads(text) for text in (out / "matches.jsonl").read_text().splitlines()]
    (match,) = matches
    assert match["rule.id"] == GUESSED
    assert match["@timestamp"] == "2026-02-01T10:04:00.000000Z"
    assert match["host.name"] == "DC01.corp.example"
    assert match["fields"] == {"TargetUserName": "bob"}
    assert match["why"] == [
        "temporal_ordered 'Many failures' then 'Success' in 10m by TargetUserName=bob"
    ]
    assert len(match["contributing"]) == 8
    assert match["contributing"][-1] == match["event.id"]
    summary = json.loads((out / "summary.json").read_text())
    assert account(summary, GUESSED)["status"] == "matched"
    assert account(summary, GUESSED)["matches"] == 1
    failed = account(summary, FAILED)
    assert (failed["status"], failed["matches"]) == ("matched", 0)
    assert "10 times, which count for 'Many failures'" in failed["reason"]
    assert failed["filters"] == ["10000000-0000-4000-8000-00000000000e"]
    assert summary["filters"][0]["rules"] == [FAILED]
    (finding,) = json.loads((out / "findings.json").read_text())
    assert (finding["title"], finding["techniques"]) == ("Guessed password", ["T1110"])
    assert finding["samples"][0]["contributing"] == match["contributing"]
    assert "Guessed password" in (out / "report.html").read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_through_python(logs: Path, tmp_path: Path, workers: int) -> None:
    with gk.hunt(logs, rules=tmp_path / "rules.yml", workers=workers, paranoid=True) as found:
        found.write(tmp_path / "out")
    check(tmp_path / "out")


def test_through_the_command_line(logs: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "gamekeeper", "hunt", str(logs)]
    words += ["--rules", str(tmp_path / "rules.yml"), "--out", str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 10, done.stderr
    assert "Guessed password" in done.stdout
    check(tmp_path / "out")


def test_rules_that_are_left_out_still_count(logs: Path, tmp_path: Path) -> None:
    with gk.hunt(logs, rules=tmp_path / "rules.yml", min_level="high") as found:
        assert [finding.rule_id for finding in found.findings] == [GUESSED]
    with gk.hunt(logs, rules=tmp_path / "rules.yml", exclude=f"rule:{GUESSED}") as found:
        assert [finding.title for finding in found.findings] == []
        reasons = {rule.title: rule.reason for rule in found.rules}
    assert reasons["Success"] == "left out: it is there for correlations, which are left out"
    assert reasons["Guessed password"] == "left out by --include or --exclude"


def test_evtx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAMEKEEPER_HOME", str(tmp_path / "home"))
    gk.simulate(tmp_path / "world", hosts=3, days=1)
    (tmp_path / "rules.yml").write_text(
        RULES.replace("4625", "4624").replace("temporal_ordered", "temporal")
    )
    with gk.hunt(tmp_path / "world", rules=tmp_path / "rules.yml") as found:
        table = found.matches_table()
        assert {rule.status for rule in found.rules[:2]} == {"matched"}
    assert table.num_rows > 0
    assert all(len(json.loads(text)) > 2 for text in table["contributing"].to_pylist())


STAYS = """\
title: Account stays
correlation: {type: absence, rules: [created, deleted], group-by: TargetUserName, timespan: 1m}
---
title: Created
name: created
logsource: {product: windows, service: security}
detection: {s: {EventID: 4720}, condition: s}
---
title: Deleted
name: deleted
logsource: {product: windows, service: security}
detection: {s: {EventID: 4726}, condition: s}
"""


def test_absence_is_told_where_a_hosts_logs_go_on(logs: Path, tmp_path: Path) -> None:
    texts = [line(1, 4720, "eve", 0), line(2, 4624, "x", 1)]
    texts += [text.replace("DC01", "DC02") for text in (line(1, 4720, "ann", 0),)]
    texts += [line(3, 4720, "bob", 0).replace("DC01", "DC03"), line(4, 4726, "bob", 1)]
    (logs / "tuesday.jsonl").write_text("\n".join(texts) + "\n")
    (logs / "thursday.jsonl").unlink()
    (tmp_path / "rules.yml").write_text(STAYS)
    with gk.hunt(logs, rules=tmp_path / "rules.yml") as found:
        fields = [json.loads(text) for text in found.matches_table()["fields"].to_pylist()]
        (stays,) = [rule for rule in found.rules if rule.title == "Account stays"]
    assert fields == [{"TargetUserName": "eve"}]
    assert stays.reason == "1 matches of its rules are too close to the end of their host's logs"


def test_paranoia_watches_windows(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gamekeeper.engine.correlation.reduce.spans", lambda *_: iter(()))
    with gk.hunt(logs, rules=tmp_path / "rules.yml", workers=1) as found:
        assert len(found.matches) == 0
    with pytest.raises(ParanoiaError, match="missed a match"):
        gk.hunt(logs, rules=tmp_path / "rules.yml", workers=1, paranoid=True)
