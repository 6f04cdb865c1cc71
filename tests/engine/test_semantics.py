"""The golden table of what a rule means: every row on every engine, and as authors of rules ask it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

import gamekeeper as gk
from gamekeeper.engine.base import Engine
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.hunt.one_event import event_of
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.changes import Changes, Wanted
from gamekeeper.rules.files import RuleFile
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.rules.parse import parse_rules
from gamekeeper.rules.routing import build_plan

GOLDEN = Path(__file__).parents[1] / "golden" / "semantics"
SYSMON: Final = {"product": "windows", "service": "sysmon"}
#: A channel that no dataset names: none of its fields has a column of its own.
UNDECLARED: Final = "Example-Provider/Operational"
ENGINES: Final[tuple[type[Engine], ...]] = (ReferenceEngine, ColumnarEngine)
#: Every modifier of the specification 2.1.
MODIFIERS: Final = frozenset({
    "all", "startswith", "endswith", "contains", "exists", "cased", "neq", "windash", "re", "i", "m", "s",
    "base64", "base64offset", "utf16le", "utf16be", "utf16", "wide", "lt", "lte", "gt", "gte",
    "minute", "hour", "day", "week", "month", "year", "cidr", "expand", "fieldref",
})  # fmt: skip
Case = dict[str, Any]


@cache
def cases() -> list[tuple[str, Case]]:
    files = sorted(GOLDEN.glob("*.yml"))
    return [
        (f"{path.stem}: {case['name']}", case)
        for path in files
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def parametrized(key: str) -> list[Any]:
    return [pytest.param(case, id=name) for name, case in cases() if key in case]


def parsed(case: Case, logsource: dict[str, str]) -> Rule | SkippedRule:
    detection = {"condition": "selection", **case["detection"]}
    document = {"title": case["name"], "logsource": logsource, "detection": detection}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (rule,) = parse_rules(text.encode(), "golden.yml", changes(case))
    return rule


def changes(case: Case) -> Changes:
    """Return what a case wants done to its rule first."""
    lists = RuleFile("lists.yml", dump(case["placeholders"])) if "placeholders" in case else None
    pipelines = [
        RuleFile(f"{number}.yml", dump(stated))
        for number, stated in enumerate(case.get("pipelines", ()), 1)
    ]
    return Changes.of(Wanted(tuple(pipelines), lists))


def dump(stated: object) -> bytes:
    return yaml.safe_dump(stated, allow_unicode=True, sort_keys=False).encode()


def usable(case: Case, logsource: dict[str, str]) -> Rule:
    rule = parsed(case, logsource)
    assert isinstance(rule, Rule), rule
    return rule


def fields_of(row: Case, **given: object) -> dict[str, object]:
    return {
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        **row["fields"],
        **given,
    }


def event(row: Case, **given: object) -> Event:
    made = event_of(fields_of(row, **given))
    return replace(made, data=[*made.data, *row.get("more", {}).items()])


def batches(events: list[Event]) -> list[EventBatch]:
    builder = BatchBuilder()
    return [*(b for e in events for b in builder.add(e)), *builder.flush()]


def found(engine: Engine, events: list[Event]) -> list[bool]:
    """Say for each event whether the only rule is true of it; all of them go through the engine at once."""
    true = set()
    for batch in batches([replace(e, offset=number) for number, e in enumerate(events)]):
        offsets = batch.table.column("event.offset").to_pylist()
        true |= {offsets[row] for row in engine.match(batch).row.tolist()}
    return [number in true for number in range(len(events))]


def running(engine: type[Engine], rule: Rule) -> Engine:
    return engine(build_plan(RuleSet((rule,))))


def expected(case: Case) -> list[bool]:
    return [row["expected"] for row in case["events"]]


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("case", parametrized("events"))
def test_an_engine_finds_what_is_expected(case: Case, kind: type[Engine]) -> None:
    engine = running(kind, usable(case, case.get("logsource", SYSMON)))
    events = [event(row) for row in case["events"]]
    assert found(engine, events) == expected(case)
    # One event alone: other values must not matter.
    assert [found(engine, [alone])[0] for alone in events] == expected(case)


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize(
    "case", [c for c in parametrized("events") if "logsource" not in c.values[0]]
)
def test_undeclared_fields_are_asked_like_columns(case: Case, kind: type[Engine]) -> None:
    engine = running(kind, usable(case, {"product": "windows"}))
    events = [event(row, Channel=UNDECLARED) for row in case["events"]]
    assert found(engine, events) == expected(case)


@pytest.mark.parametrize("case", parametrized("events"))
def test_one_event_as_authors_ask_it(case: Case) -> None:
    logsource = case.get("logsource", SYSMON)
    rules = RuleSet((usable(case, logsource),))
    for row in (row for row in case["events"] if "more" not in row):
        assert bool(gk.match_event(rules, fields_of(row))) is row["expected"], row
        if "logsource" not in case:
            told = gk.match_event(rules, row["fields"], logsource=logsource)
            assert bool(told) is row["expected"], row


@pytest.mark.parametrize("case", parametrized("refused"))
def test_what_cannot_be_said_is_refused_with_its_reason(case: Case) -> None:
    rule = parsed(case, case.get("logsource", SYSMON))
    assert isinstance(rule, SkippedRule), rule
    assert case["refused"] in rule.reason


def test_the_engines_agree_on_every_rule_and_every_event() -> None:
    asked = [case for _, case in cases() if "events" in case]
    rules = RuleSet(
        tuple(usable(case, case.get("logsource", {"product": "windows"})) for case in asked)
    )
    plan = build_plan(rules)
    slow, fast = ReferenceEngine(plan), ColumnarEngine(plan)
    for batch in batches([event(row) for case in asked for row in case["events"]]):
        wanted, given = slow.match(batch), fast.match(batch)
        assert wanted.row.tolist() == given.row.tolist()
        assert wanted.rule.tolist() == given.rule.tolist()


def test_the_table_is_large_and_mostly_says_no() -> None:
    rows = [row for _, case in cases() for row in case.get("events", ())]
    assert len(rows) >= 850
    assert sum(not row["expected"] for row in rows) * 2 >= len(rows)


def test_every_case_has_a_name_of_its_own_and_a_reason() -> None:
    names = [name for name, _ in cases()]
    assert len(set(names)) == len(names)
    for name, case in cases():
        assert case["why"], name
        assert ("events" in case) != ("refused" in case), name
        answers = set(expected(case)) if "events" in case else {True, False}
        assert False in answers, name


def modifiers(definition: object) -> set[str]:
    if isinstance(definition, dict):
        keys = {part for key in definition for part in str(key).split("|")[1:]}
        return keys.union(*(modifiers(value) for value in definition.values()))
    if isinstance(definition, list):
        return set().union(*map(modifiers, definition))
    return set()


def test_every_modifier_of_the_specification_is_asked() -> None:
    asked = [modifiers(case["detection"]) for _, case in cases() if "events" in case]
    assert MODIFIERS - set().union(*asked) == set()
