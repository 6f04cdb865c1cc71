from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from gamekeeper.authoring.explain import explain
from gamekeeper.authoring.explanation import as_json, as_lines, source_name
from gamekeeper.rules.ir import LogSource
from gamekeeper.rules.load import load_rules


def test_the_lines_say_everything(written: Callable[..., Path]) -> None:
    changes = [
        ("Image|endswith: '\\reg.exe'", "Company: x"),
        ("attack.t1003.002", "attack.t1685.005"),
        (" ' save '", " ' save '\n        Image|re: '(a+b*)+c'"),
        ("author: nobody", "references: [https://example.org]"),
    ]
    text = "\n".join(as_lines(explain(load_rules([written(*changes)]).rules[0])))
    for part in (
        "ATT&CK T1685.005 (in v18: T1070.001)",
        "Condition (windows / process_creation)",
        "├─ Company is 'x'",
        "Looks at Security 4688",
        "ParentImage reads as ParentProcessName",
        "CommandLine contains ' save '",
        "not known of this log: Company",
        "it cannot be true here",
        "Slow regular expressions\n  '(a+b*)+c'",
        "False positives\n  Backups",
        "References\n  https://example.org",
    ):
        assert part in text


def test_a_rule_that_looks_nowhere(written: Callable[..., Path]) -> None:
    path = written(("product: windows", "product: linux"))
    explained = explain(load_rules([path]).rules[0])
    assert any(line.startswith("Looks nowhere: ") for line in as_lines(explained))
    assert as_json(explained)["routes"] == []


def test_the_objects_are_json(written: Callable[..., Path]) -> None:
    found = json.loads(json.dumps(as_json(explain(load_rules([written()]).rules[0]))))
    assert [route["dataset"] for route in found["routes"]] == ["windows.sysmon", "windows.security"]
    assert found["routes"][1]["fields"]["Image"] == "NewProcessName"
    assert found["condition"]["all"]


def test_log_sources_in_words() -> None:
    assert source_name(LogSource()) == "any log"
    assert source_name(LogSource("windows", service="security")) == "windows / security"
