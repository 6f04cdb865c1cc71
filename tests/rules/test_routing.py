"""Rules find the events that they mean, or a reason."""

from __future__ import annotations

import pytest

from gamekeeper.model.datasets import datasets
from gamekeeper.rules.ir import And, LogSource, Node, Not, Op, Or, Predicate, Rule, RuleSet
from gamekeeper.rules.plan import Plan, Route
from gamekeeper.rules.routing import build_plan, required_event_ids

IMAGE = Predicate("Image", Op.ENDSWITH, "\\cmd.exe")


def event_id(*ids: int) -> Node:
    nodes = tuple(Predicate("EventID", Op.EQUALS, str(number)) for number in ids)
    return nodes[0] if len(nodes) == 1 else Or(nodes)


def plan(condition: Node = IMAGE, **source: str) -> Plan:
    rule = Rule("id", "T", "low", "", LogSource(**source), condition)
    return build_plan(RuleSet((rule,)))


def routes(condition: Node = IMAGE, **source: str) -> list[Route]:
    return [bound.route for bound in plan(condition, **source).bound]


def reason(condition: Node = IMAGE, **source: str) -> str:
    made = plan(condition, **source)
    assert not made.bound
    return made.unroutable[0]


def test_a_new_process_is_looked_for_in_two_logs() -> None:
    made = plan(product="windows", category="process_creation")
    assert [bound.route for bound in made.bound] == [
        Route("windows.sysmon", (), (1,)),
        Route("windows.security", (), (4688,)),
    ]
    assert made.bound[0].condition is IMAGE
    assert made.bound[1].condition == Predicate("NewProcessName", Op.ENDSWITH, "\\cmd.exe")


def test_a_category_without_a_product_means_windows_too() -> None:
    assert routes(category="process_creation") == routes(
        product="windows", category="process_creation"
    )
    assert routes(category="antivirus")[0].dataset == "windows.defender"


def test_category_and_service_meet() -> None:
    assert [
        r.dataset for r in routes(product="windows", category="process_creation", service="sysmon")
    ] == ["windows.sysmon"]
    assert "has no events of category" in reason(
        product="windows", category="dns_query", service="security"
    )


def test_a_channel_without_a_dataset_is_named() -> None:
    assert routes(product="windows", service="lsa-server") == [
        Route("windows.other", ("microsoft-windows-lsa/operational",))
    ]


def test_a_part_of_a_dataset_is_named() -> None:
    (route,) = routes(product="windows", service="terminalservices-localsessionmanager")
    assert route.channels == ("microsoft-windows-terminalservices-localsessionmanager/operational",)


def test_a_service_over_several_datasets_gets_a_route_each() -> None:
    assert {r.dataset for r in routes(product="windows", service="dns-server-analytic")} == {
        "windows.dns_server"
    }
    assert [r.dataset for r in routes(product="windows", service="powershell")] == [
        "windows.powershell"
    ]


def test_windows_alone_means_every_dataset() -> None:
    assert [r.dataset for r in routes(product="windows")] == [
        name for name in datasets() if name.startswith("windows.")
    ]


def test_alerts_of_other_tools_are_a_product_without_categories() -> None:
    (route,) = routes(product="alerts")
    assert (route.dataset, route.channels) == ("alerts.tools", ())
    assert "neither categories nor services" in reason(IMAGE, product="alerts", service="wazuh")


def test_event_ids_of_the_condition_narrow_the_route() -> None:
    condition = And((event_id(4720, 4722), IMAGE))
    assert routes(condition, product="windows", service="security")[0].event_ids == (4720, 4722)


def test_a_condition_that_contradicts_its_category_is_said() -> None:
    text = reason(And((event_id(5), IMAGE)), product="windows", category="image_load")
    assert "event ids" in text


def test_what_every_event_of_a_category_must_have_is_asked() -> None:
    made = plan(product="windows", category="registry_add")
    assert made.bound[0].condition == And((Predicate("EventType", Op.EQUALS, "CreateKey"), IMAGE))


def test_a_condition_that_cannot_be_bound_leaves_the_other_route() -> None:
    glob = Predicate(
        "TargetObject", Op.GLOB, "a*b", parts=(("lit", "a"), ("any", ""), ("lit", "b"))
    )
    assert [r.dataset for r in routes(glob, product="windows", category="registry_set")] == [
        "windows.sysmon"
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ({"product": "linux"}, "does not read Linux logs"),
        ({"product": "abacus"}, "logs of product 'abacus'"),
        ({"category": "proxy"}, "web proxy logs"),
        ({"service": "apache"}, "Apache logs"),
        ({"category": "moon"}, "logs of 'moon'"),
        ({}, "logs without a name"),
        ({"product": "windows", "service": "moon"}, "no Windows service 'moon'"),
        ({"product": "windows", "category": "moon"}, "no Windows category 'moon'"),
        ({"product": "windows", "category": "file_access"}, "ETW provider"),
    ],
)
def test_rules_that_no_log_carries_get_a_reason(source: dict[str, str], text: str) -> None:
    assert text in reason(IMAGE, **source)


def test_event_ids_that_a_condition_requires() -> None:
    one, other = event_id(1), event_id(2)
    assert required_event_ids(And((one, IMAGE))) == frozenset({1})
    assert required_event_ids(Or((one, other))) == frozenset({1, 2})
    assert required_event_ids(Or((one, IMAGE))) is None
    assert required_event_ids(And((Or((one, other)), other))) == frozenset({2})
    assert required_event_ids(Not(one)) is None
    assert required_event_ids(Predicate("eventid", Op.EQUALS, "many")) == frozenset()
    assert required_event_ids(Or(())) == frozenset()
