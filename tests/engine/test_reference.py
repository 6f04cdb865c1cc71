"""The slow truth: what a condition means for an event, and a plan for a batch."""

from __future__ import annotations

import pytest

from gamekeeper.engine.reference import ReferenceEngine, match_event, match_fields, row_fields
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import And, LogSource, Node, Not, Op, Or, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route

EVENT = {
    "image": ["C:\\Windows\\cmd.exe"],
    "user": [""],
    "data": ["one", "two"],
    "parentimage": ["c:\\windows\\CMD.EXE"],
    "short": ["c:\\WIN"],
    "eventid": ["4688"],
    "channel": ["Security"],
}


def p(name: str, op: Op, value: str = "", *, cased: bool = False) -> Predicate:
    return Predicate(name, op, value, cased)


CASES: list[tuple[Node, bool]] = [
    (p("Image", Op.ENDSWITH, "\\CMD.exe"), True),
    (p("IMAGE", Op.ENDSWITH, "\\cmd.exe"), True),
    (p("Image", Op.EQUALS, "cmd.exe"), False),
    # Presence
    (p("Missing", Op.NULL), True),
    (p("User", Op.NULL), False),
    (p("User", Op.EQUALS, ""), True),
    (p("Missing", Op.EQUALS, ""), False),
    (p("User", Op.EXISTS, "true"), True),
    (p("Missing", Op.EXISTS, "true"), False),
    (p("Missing", Op.EXISTS, "false"), True),
    # Negation is plain
    (Not(p("Missing", Op.EQUALS, "x")), True),
    (Not(p("Data", Op.EQUALS, "one")), False),
    # Any value of a field
    (p("Data", Op.EQUALS, "two"), True),
    (And((p("Data", Op.EQUALS, "one"), p("Data", Op.EQUALS, "two"))), True),
    # Keywords ask every text, not the numbers
    (p("", Op.CONTAINS, "TWO"), True),
    (p("", Op.CONTAINS, "securit"), True),
    (p("", Op.CONTAINS, "4688"), False),
    (p("EventID", Op.EQUALS, "4688"), True),
    # References
    (p("Image", Op.FIELD_EQUALS, "ParentImage"), True),
    (p("Image", Op.FIELD_EQUALS, "ParentImage", cased=True), False),
    (p("Image", Op.FIELD_STARTSWITH, "Short"), True),
    (p("Image", Op.FIELD_ENDSWITH, "User"), True),
    (p("Image", Op.FIELD_EQUALS, "Missing"), False),
    (Not(p("Missing", Op.FIELD_EQUALS, "Image")), True),
    # Empty trees
    (And(()), True),
    (Or(()), False),
]


@pytest.mark.parametrize(("condition", "expected"), CASES)
def test_a_condition_on_an_event(condition: Node, expected: bool) -> None:
    assert match_fields(condition, EVENT) is expected


def batch(*events: Event) -> EventBatch:
    builder = BatchBuilder()
    for event in events:
        assert list(builder.add(event)) == []
    (only,) = builder.flush()
    return only


def security(number: int, *data: tuple[str, str], channel: str = "Security") -> Event:
    return Event(
        0,
        0,
        filetime=133_000_000_000_000_007,
        event_id=number,
        event_record_id=7,
        system={"Channel": channel, "Computer": "DC01"},
        data=data,
    )


def test_a_row_holds_envelope_columns_and_everything_else() -> None:
    row = batch(
        security(4688, ("CommandLine", "x"), ("commandline", "y"), ("Level", "data"), ("New", ""))
    )
    assert row_fields(row, 0) == {
        "eventid": ["4688"],
        "eventrecordid": ["7"],
        "@timestamp": ["2022-06-18T04:26:40.0000007Z"],
        "channel": ["Security"],
        "computer": ["DC01"],
        "commandline": ["x", "y"],
        "level": ["data"],
        "new": [""],
    }


def plan(*bound: BoundRule) -> Plan:
    return Plan(RuleSet(()), bound)


def matches(made: Plan, found: EventBatch) -> list[tuple[int, int]]:
    result = ReferenceEngine(made).match(found)
    return list(zip(result.row.tolist(), result.rule.tolist(), strict=True))


def test_matches_are_sorted_and_do_not_repeat() -> None:
    anything = And(())
    everywhere = Route("windows.security")
    made = plan(
        BoundRule(5, everywhere, anything),
        BoundRule(2, everywhere, anything),
        BoundRule(2, Route("windows.security", (), (4688,)), anything),
        BoundRule(3, Route("windows.sysmon"), anything),
    )
    found = batch(security(4688), security(4624))
    assert matches(made, found) == [(0, 2), (0, 5), (1, 2), (1, 5)]


def test_channels_are_compared_without_case() -> None:
    events = [security(n, channel=c) for n, c in [(1, "A/Operational"), (2, "b/operational")]]
    found = batch(*events)
    route = Route("windows.other", ("a/operational",), (1, 2))
    assert matches(plan(BoundRule(0, route, And(()))), found) == [(0, 0)]
    assert matches(plan(BoundRule(0, Route("windows.other", (), (2,)), And(()))), found) == [(1, 0)]


def test_an_event_without_a_number_is_on_no_numbered_route() -> None:
    found = batch(Event(0, 0, system={"Channel": "Security"}))
    route = Route("windows.security", (), (4688,))
    assert matches(plan(BoundRule(0, route, And(()))), found) == []


def rule(identity: str, condition: Node, **source: str) -> Rule:
    return Rule(identity, "T", "low", "", LogSource(**source), condition)


def test_one_event_against_rules_in_their_own_words() -> None:
    rules = RuleSet(
        (
            rule("a", p("Image", Op.ENDSWITH, "\\cmd.exe"), category="process_creation"),
            rule("b", p("Port", Op.EQUALS, "443"), product="windows"),
            rule("c", p("Signed", Op.EQUALS, "false"), product="linux"),
            rule("d", p("None", Op.NULL)),
        )
    )
    event = {"Image": "C:\\cmd.exe", "Port": [80, 443], "Signed": False, "None": None}
    assert match_event(rules, event) == ["a", "b", "c", "d"]
    source = LogSource("windows", "process_creation")
    assert match_event(rules, event, logsource=source) == ["a", "b", "d"]
    assert match_event(rules, event, logsource=LogSource("Linux")) == ["a", "c", "d"]
