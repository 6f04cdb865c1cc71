"""Each status is given for what it says, with its reason in words."""

from __future__ import annotations

import pytest

from fakes.generated import CHANNEL, batch_of
from gamekeeper.engine.account import Account
from gamekeeper.engine.rule_accounts import log_name
from gamekeeper.model.build import Event
from gamekeeper.model.events import EventBatch
from gamekeeper.model.findings import FieldMissing, RuleAccount
from gamekeeper.rules.ir import (
    And,
    LogSource,
    Node,
    Not,
    Op,
    Or,
    Predicate,
    Rule,
    RuleSet,
    SkippedRule,
)
from gamekeeper.rules.plan import BoundRule, Plan, Route

SYSMON = Route("windows.sysmon", (), (1,))
SECURITY = Route("windows.security", (), (4688,))
IMAGE = Predicate("Image", Op.ENDSWITH, "\\cmd.exe")
LINE = Predicate("CommandLine", Op.CONTAINS, "whoami")


def event(host: str, event_id: int = 1, channel: str = CHANNEL, **data: str) -> Event:
    system = {"Channel": channel, "Computer": host}
    return Event(0, 0, event_id=event_id, system=system, data=list(data.items()))


def judged(*bound: tuple[Route, Node], events: tuple[Event, ...], matches: int = 0) -> RuleAccount:
    rule = Rule("r", "Title", "high", "", LogSource(), bound[0][1], tags=("attack.t1059",))
    plan = Plan(RuleSet((rule,)), tuple(BoundRule(0, route, node) for route, node in bound))
    account = Account(plan)
    for batch in by_dataset(events):
        account.add(batch)
    (result,) = account.finish(plan, {0: matches} if matches else {}, 10)
    return result


def by_dataset(events: tuple[Event, ...]) -> list[EventBatch]:
    channels = dict.fromkeys(e.system["Channel"] for e in events)
    return [batch_of([e for e in events if e.system["Channel"] == c]) for c in channels]


def test_a_rule_keeps_what_describes_it() -> None:
    found = judged((SYSMON, IMAGE), events=(event("a", Image="x"),), matches=3)
    assert (found.id, found.title, found.level, found.tags) == (
        "r",
        "Title",
        "high",
        ("attack.t1059",),
    )
    assert (found.matches, found.events_evaluated, found.hosts_evaluated, found.hosts_total) == (
        3,
        1,
        1,
        10,
    )
    assert (found.status, found.reason) == ("matched", "")


def test_no_match_where_everything_was_there() -> None:
    found = judged((SYSMON, And((IMAGE, LINE))), events=(event("a", Image="x", CommandLine="y"),))
    assert (found.status, found.reason, found.fields_missing) == ("no_match", "", ())


def test_no_such_log_tells_an_absent_log_from_an_absent_event() -> None:
    absent = judged((SECURITY, LINE), events=(event("a", Image="x"),))
    assert (absent.status, absent.reason) == ("no_such_log", "no event of Security 4688")
    silent = judged((SECURITY, LINE), events=(event("a", 4624, "Security"),))
    assert silent.reason == "no event of Security 4688, although the log itself was read"
    assert (silent.events_evaluated, silent.hosts_evaluated) == (0, 0)


def test_field_absent_where_no_event_could_make_it_true() -> None:
    events = (event("a", Image="\\cmd.exe", CommandLine="-"), event("b", Image="\\cmd.exe"))
    found = judged((SYSMON, And((IMAGE, LINE))), events=events)
    assert found.status == "field_absent"
    assert found.reason == (
        "CommandLine is empty or absent in all 2 events of Microsoft-Windows-Sysmon/Operational 1"
    )
    assert found.fields_missing == (FieldMissing("CommandLine", 1.0, kills_rule=True),)


def test_partial_says_how_many_hosts_are_blind() -> None:
    events = (event("a", Image="x", CommandLine="y"), event("b", Image="x"), event("c", Image="x"))
    found = judged((SYSMON, And((IMAGE, LINE))), events=events)
    assert found.status == "partial"
    assert found.reason == (
        "2 of 3 hosts never fill CommandLine; CommandLine is lacking in 67% of the events"
    )


def test_a_match_elsewhere_does_not_hide_blind_hosts() -> None:
    events = (event("a", Image="x", CommandLine="whoami"), event("b", Image="x"))
    found = judged((SYSMON, LINE), events=events, matches=1)
    assert found.status == "matched"
    assert found.reason.startswith("it could not match everywhere: 1 of 2 hosts")


def test_a_few_events_without_a_field_do_not_make_a_rule_partial() -> None:
    events = tuple(event("a", CommandLine="y" if n else "") for n in range(20))
    found = judged((SYSMON, LINE), events=events)
    assert (found.status, found.fields_missing[0].share) == ("no_match", 0.05)


def test_a_field_that_the_rule_can_do_without_is_told_but_kills_nothing() -> None:
    found = judged((SYSMON, Or((IMAGE, LINE))), events=(event("a", Image="x"),))
    assert found.status == "no_match"
    assert found.fields_missing == (FieldMissing("CommandLine", 1.0, kills_rule=False),)
    found = judged((SYSMON, And((IMAGE, Not(LINE)))), events=(event("a", Image="x"),))
    assert (found.status, found.fields_missing[0].kills_rule) == ("no_match", False)


def test_a_host_that_one_log_shows_is_not_blind_for_another() -> None:
    events = (
        event("a", Image="x", CommandLine="y"),
        event("a", 4688, "Security", NewProcessName="x"),
        event("b", 4688, "Security", NewProcessName="x"),
    )
    found = judged((SYSMON, LINE), (SECURITY, LINE), events=events)
    assert found.status == "partial"
    assert found.reason.startswith("1 of 2 hosts")
    assert found.events_evaluated == 3


def test_an_event_that_two_routes_take_counts_once() -> None:
    wide = Route("windows.sysmon")
    found = judged(
        (SYSMON, LINE), (wide, LINE), events=(event("a", CommandLine="x"), event("a", 3))
    )
    assert found.events_evaluated == 2


def test_rules_that_cannot_run_have_their_reason() -> None:
    rule = Rule("r", "Title", "high", "", LogSource(), IMAGE)
    skipped = SkippedRule("s", "Other", "a.yml", "a placeholder", "low")
    plan = Plan(RuleSet((rule,), (skipped,)), (), {0: "this version does not read Linux logs"})
    first, second = Account(plan).finish(plan, {}, 0)
    assert (first.status, first.reason) == ("unsupported", "this version does not read Linux logs")
    assert (second.id, second.status, second.reason, second.path) == (
        "s",
        "unsupported",
        "a placeholder",
        "a.yml",
    )


@pytest.mark.parametrize(
    ("route", "name"),
    [
        (Route("windows.security"), "Security"),
        (Route("windows.other", ("a/b", "c/d")), "a/b or c/d"),
        (Route("windows.other"), "other Windows logs"),
        (Route("windows.security", (), (1, 2, 3, 4, 5)), "Security 1, 2, 3 and 2 more"),
    ],
)
def test_logs_have_names_for_people(route: Route, name: str) -> None:
    assert log_name(route) == name
