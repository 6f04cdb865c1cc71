from __future__ import annotations

from fakes.incident_worlds import DUMP, NTDS, World
from gamekeeper.model.incidents import Incident, SignalKind


def chained() -> Incident:
    world = World()
    first = world.process(0, "a.exe", NTDS, pid=1, domain="CORP")
    second = world.event(5, "dc1", user="bob", domain="CORP")
    world.observe(
        SignalKind.CHAIN,
        13,
        world.cited(first, "a copy was asked for"),
        world.cited(second, "a copy was made"),
        by="SC-1",
        title="Copy of the directory",
    )
    (incident,) = world.incidents()
    return incident


def test_an_event_of_a_chain_that_no_rule_spoke_of_is_told() -> None:
    quiet = [step for step in chained().steps if step.kind is SignalKind.CONTEXT]
    assert [(step.text, step.host, step.account) for step in quiet] == [
        ("a copy was made", "DC1", "CORP\\bob")
    ]


def test_the_headline_names_the_chain() -> None:
    assert chained().headline.endswith(", as in SC-1 (Copy of the directory)")


def test_the_reasons_name_what_speaks_beside_rules() -> None:
    said = "its events together are a known sequence: Copy of the directory"
    assert said in chained().confidence.because


def test_without_a_chain_nothing_is_added() -> None:
    world = World()
    offset = world.process(0, "a.exe", DUMP, NTDS, pid=1)
    world.observe(SignalKind.ANOMALY, 9, world.cited(offset))
    (incident,) = world.incidents()
    assert ", as in" not in incident.headline
    assert [step.kind for step in incident.steps].count(SignalKind.CONTEXT) == 0
