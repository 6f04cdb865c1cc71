"""Every match leads back to its record, with the values that made the rule true."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from fakes.generated import CHANNEL, batch_of, batches, plans
from gamekeeper.engine.base import Matches
from gamekeeper.engine.evidence import evidence
from gamekeeper.engine.reference import ReferenceEngine, row_fields
from gamekeeper.model.build import Event
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch
from gamekeeper.model.findings import MATCH_SCHEMA
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import And, LogSource, Node, Not, Op, Or, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import BoundRule, Plan, Route

CMD = Predicate("Image", Op.ENDSWITH, "\\cmd.exe")
WHOAMI = Predicate("CommandLine", Op.CONTAINS, "whoami")


def plan_of(condition: Node, dataset: str = "windows.sysmon") -> Plan:
    rule = Rule("0", "", "low", "", LogSource(), condition)
    return Plan(RuleSet((rule,)), (BoundRule(0, Route(dataset), condition),))


def event(*data: tuple[str, str], channel: str = CHANNEL, event_id: int = 1) -> Event:
    return Event(
        source=3,
        offset=4096,
        record_id=17,
        filetime=FILETIME_EPOCH + 5,
        event_id=event_id,
        event_record_id=99,
        system={"Channel": channel, "Computer": "ws1.example.org"},
        data=data,
    )


def gathered(plan: Plan, batch: EventBatch) -> list[dict[str, object]]:
    matches = ReferenceEngine(plan).match(batch)
    table = evidence(plan, batch, matches)
    assert table.schema == MATCH_SCHEMA
    assert table.column("rule").to_pylist() == matches.rule.tolist()
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def only(plan: Plan, *made: Event) -> dict[str, object]:
    (row,) = gathered(plan, batch_of(list(made)))
    return row


def fields_of(row: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = json.loads(str(row["fields"]))
    return found


def test_a_match_says_where_and_when_its_record_is() -> None:
    made = event(("Image", "c:\\cmd.exe"), ("User", "CONTOSO\\eve"))
    row = only(plan_of(CMD), event(("Image", "x")), made)
    assert (row["source"], row["offset"], row["record_id"], row["state"]) == (3, 4096, 17, 0)
    assert (row["filetime"], row["time_assumed"]) == (FILETIME_EPOCH + 5, False)
    assert (row["host"], row["user"], row["channel"]) == (
        "ws1.example.org",
        "CONTOSO\\eve",
        CHANNEL,
    )
    assert (row["event_code"], row["event_record_id"]) == (1, 99)
    assert len(bytes(row["fingerprint"])) == 16  # type: ignore[arg-type]


def test_it_shows_true_predicates_and_their_fields_only() -> None:
    condition = And((Or((CMD, Predicate("User", Op.EQUALS, "bob"))), Not(WHOAMI)))
    row = only(plan_of(condition), event(("Image", 'c:\\"x"\\cmd.exe'), ("CommandLine", "dir")))
    assert fields_of(row) == {"Image": 'c:\\"x"\\cmd.exe'}
    assert json.loads(str(row["why"])) == [CMD.text]


def test_the_event_spells_the_fields() -> None:
    condition = And((Predicate("image", Op.CONTAINS, "a"), Predicate("ODD", Op.CONTAINS, "b")))
    row = only(plan_of(condition), event(("Image", "a"), ("Odd", "b")))
    assert fields_of(row) == {"Image": "a", "Odd": "b"}


def test_a_repeated_field_is_a_list() -> None:
    row = only(plan_of(CMD), event(("Image", "x"), ("image", "\\cmd.exe")))
    assert fields_of(row) == {"Image": ["x"], "image": ["\\cmd.exe"]} or fields_of(row) == {
        "Image": "x",
        "image": "\\cmd.exe",
    }
    row = only(plan_of(CMD), event(("Image", "x"), ("Image", "\\cmd.exe")))
    assert fields_of(row) == {"Image": ["x", "\\cmd.exe"]}


def test_a_keyword_shows_where_it_stands() -> None:
    keyword = Predicate("", Op.CONTAINS, "secret")
    made = event(("Image", "a secret"), ("User", "me"), ("Odd", "SECRET too"))
    row = only(plan_of(keyword), made)
    assert fields_of(row) == {"Image": "a secret", "Odd": "SECRET too"}


def test_absent_fields_show_nothing() -> None:
    row = only(plan_of(Predicate("Image", Op.NULL)), event(("User", "x")))
    assert fields_of(row) == {}
    assert json.loads(str(row["why"])) == ["Image|null: ''"]
    row = only(plan_of(Not(CMD)), event(("User", "x")))
    assert (fields_of(row), json.loads(str(row["why"]))) == ({}, [])


def test_lone_surrogates_of_a_rule_can_be_written() -> None:
    condition = Or((CMD, Not(Predicate("Image", Op.EQUALS, "\ud800"))))
    assert only(plan_of(condition), event(("Image", "\\cmd.exe")))["why"] == json.dumps([CMD.text])
    regex = Predicate("Image", Op.REGEX, "cmd|\ud800")
    assert len(json.loads(str(only(plan_of(regex), event(("Image", "cmd")))["why"]))) == 1
    assert fields_of(only(plan_of(regex), event(("Image", "cmd")))) == {"Image": "cmd"}


@pytest.mark.parametrize(
    ("event_id", "data", "user"),
    [
        (4624, {"SubjectUserName": "HOST$", "TargetUserName": "eve"}, "eve"),
        (4688, {"SubjectUserName": "eve", "TargetUserName": "-"}, "eve"),
        (4688, {"SubjectUserName": "eve", "TargetUserName": "bob"}, "bob"),
        (4720, {"SubjectUserName": "eve", "TargetUserName": "new"}, "eve"),
        (4720, {"SubjectUserName": "", "TargetUserName": "new"}, "new"),
        (1102, {}, None),
    ],
)
def test_the_user_is_the_one_whose_doing_it_is(
    event_id: int, data: dict[str, str], user: str | None
) -> None:
    condition = Predicate("EventID", Op.EQUALS, str(event_id))
    made = event(*data.items(), channel="Security", event_id=event_id)
    assert only(plan_of(condition, "windows.security"), made)["user"] == user


def test_no_matches_are_an_empty_table() -> None:
    assert gathered(plan_of(CMD), batch_of([event(("Image", "x"))])) == []


def test_a_row_that_matches_twice_keeps_its_order() -> None:
    rules = tuple(Rule(str(i), "", "low", "", LogSource(), CMD) for i in range(2))
    bound = tuple(BoundRule(i, Route("windows.sysmon"), CMD) for i in range(2))
    batch = batch_of([event(("Image", f"{n}\\cmd.exe")) for n in range(3)])
    rows = gathered(Plan(RuleSet(rules), bound), batch)
    assert [(r["rule"], fields_of(r)["Image"]) for r in rows] == [
        (rule, f"{n}\\cmd.exe") for n in range(3) for rule in range(2)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=plans(), batch=batches)
def test_shown_values_are_values_of_the_event(plan: Plan, batch: EventBatch) -> None:
    matches: Matches = ReferenceEngine(plan).match(batch)
    for row, shown in zip(matches.row.tolist(), gathered(plan, batch), strict=True):
        held = row_fields(batch, row)
        for name, value in fields_of(shown).items():
            values = value if isinstance(value, list) else [value]
            assert set(values) <= set(held[fold(name)])
