"""The rules that come with Gamekeeper: golden cases, and what each of them must have."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from gamekeeper.engine.reference import ReferenceEngine, match_event
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.rules.attack import attack_of
from gamekeeper.rules.ir import LogSource
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

GOLDEN = Path(__file__).parents[1] / "golden" / "rules"
RULES = load_rules(["builtin"])
PLAN = build_plan(RULES)
ENGINE = ReferenceEngine(PLAN)
STEMS = [Path(rule.path).stem for rule in RULES.rules]
SYSMON = "Microsoft-Windows-Sysmon/Operational"
#: What Sysmon calls a field of a new process, and 4688; what is not here, 4688 does not have.
PROCESS = {
    "Image": "NewProcessName",
    "ParentImage": "ParentProcessName",
    "CommandLine": "CommandLine",
}


def cases() -> list[Any]:
    found = []
    for path in sorted(GOLDEN.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            found += [
                pytest.param(path.stem, row, case["matches"], id=f"{path.stem}: {case['name']}")
                for row in events(case)
            ]
    return found


def events(case: dict[str, Any]) -> list[Any]:
    if "logsource" in case:
        return [(LogSource(**case["logsource"]), case["fields"])]
    if "process" not in case:
        pairs = []
        for name, value in case["data"].items():
            pairs += [(name, str(item)) for item in (value if isinstance(value, list) else [value])]
        return [event(case["channel"], case["event_id"], case.get("provider", ""), pairs)]
    process = case["process"]
    sysmon = event(SYSMON, 1, "Microsoft-Windows-Sysmon", list(process.items()))
    pairs = [(PROCESS[name], value) for name, value in process.items() if name in PROCESS]
    security = event("Security", 4688, "Microsoft-Windows-Security-Auditing", pairs)
    rows = {"sysmon": [sysmon], "security": [security]}
    return rows.get(case.get("only", ""), [sysmon, security])


def event(channel: str, number: int, provider: str, pairs: list[tuple[str, str]]) -> Event:
    system = {"Channel": channel, "Provider_Name": provider, "Computer": "dc01"}
    return Event(0, 0, event_id=number, system=system, data=pairs)


@pytest.mark.parametrize(("stem", "row", "expected"), cases())
def test_golden(stem: str, row: Event | tuple[LogSource, dict[str, Any]], expected: bool) -> None:
    if isinstance(row, tuple):
        logsource, fields = row
        by_id = dict(zip([rule.id for rule in RULES.rules], STEMS, strict=True))
        found = {by_id[one] for one in match_event(RULES, fields, logsource=logsource)}
    else:
        builder = BatchBuilder()
        (batch,) = [*builder.add(row), *builder.flush()]
        found = {STEMS[position] for position in ENGINE.match(batch).rule}
    assert (stem in found) is expected


def test_every_rule_is_usable_and_finds_a_log_or_waits_for_one() -> None:
    assert RULES.skipped == ()
    waiting = {STEMS[position].partition("_")[0] for position in PLAN.unroutable}
    assert waiting == {"dns", "firewall", "fortigate", "linux", "proxy", "web", "zeek"}
    assert all(reason.startswith("this version does not") for reason in PLAN.unroutable.values())


def test_every_rule_has_two_golden_cases_of_each_kind_at_least() -> None:
    kinds: Counter[tuple[str, bool]] = Counter()
    for path in GOLDEN.glob("*.yml"):
        kinds.update(
            (path.stem, case["matches"])
            for case in yaml.safe_load(path.read_text(encoding="utf-8"))
        )
    assert {stem for stem, _ in kinds} == set(STEMS)
    assert [(stem, kind) for stem in STEMS for kind in (True, False) if kinds[stem, kind] < 2] == []


@pytest.mark.parametrize("rule", RULES.rules, ids=STEMS)
def test_every_rule_says_what_people_need(rule: Any) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", rule.id)
    assert rule.licence == "Apache-2.0"
    assert rule.false_positives
    assert rule.references
    assert len(rule.description) > 40
    attack = attack_of(rule.tags)
    assert attack.tactics or rule.level == "informational"
    assert attack.techniques or rule.level == "informational"
