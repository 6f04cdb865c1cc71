from __future__ import annotations

import random

from fakes.incident_worlds import BASE, DUMP, NTDS, SECOND, World
from gamekeeper.incidents.cells import Cells
from gamekeeper.incidents.exemplars import NOWHERE
from gamekeeper.incidents.observed import EVENTS, Spoken, times, with_observations
from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.incidents import SignalKind
from gamekeeper.model.observations import Cited, Observation


def spoken(world: World) -> Spoken:
    return with_observations(Spoken(*Cells().found(), [], []), world.observations, parameters())


def test_each_observation_is_a_cell_of_a_rule_of_its_own_kind() -> None:
    world = World()
    world.observe(SignalKind.CHAIN, 13, first=BASE, host="DC01.corp.example")
    world.observe(SignalKind.CHAIN, 13, first=BASE + SECOND, host="dc02")
    world.observe(SignalKind.BREAK, 9, first=BASE)
    found = spoken(world)
    assert len(found.cells) == 3
    assert [rule.id for rule in found.rules] == ["a-break", "a-chain"]
    assert {group.host for group in found.groups} == {"DC01", "dc02", "ws1"}


def test_the_tactic_of_the_technique_stands_in_where_none_is_named() -> None:
    world = World()
    world.observe(SignalKind.CHAIN, 13, first=BASE)
    (rule,) = spoken(world).rules
    assert rule.tags == ("attack.credential-access", "attack.t1003.003")


def test_what_no_record_shows_stands_nowhere_at_its_time() -> None:
    world = World()
    world.observe(SignalKind.BREAK, 9, first=BASE, last=BASE + SECOND)
    rows = spoken(world).events
    assert (rows.sources.tolist(), rows.filetimes.tolist()) == ([NOWHERE], [BASE + SECOND])
    assert rows.event_id(0) == ""


def test_cited_events_are_bounded_and_stand_in_order_of_time() -> None:
    world = World()
    events = [Cited(0, at, BASE + at, at.to_bytes(16, "big")) for at in range(1, EVENTS + 20)]
    random.Random(1).shuffle(events)
    world.observe(SignalKind.CHAIN, 9, *events)
    assert spoken(world).events.offsets.tolist() == list(range(1, EVENTS + 1))


def test_an_event_known_by_its_place_alone_is_the_match_at_that_place() -> None:
    world = World()
    offset = world.process(0, "a.exe", DUMP, NTDS, pid=1)
    world.observe(SignalKind.BREAK, 9, Cited(0, offset, BASE, b""))
    made = world.material()
    assert len({made.exemplars.rows.fingerprint(row) for row in range(len(made.exemplars))}) == 1
    assert len(set(made.exemplars.units.tolist())) == 1


def test_times_are_those_of_the_events_where_nothing_else_is_said() -> None:
    world = World()
    one = world.observe(SignalKind.CHAIN, 9, Cited(0, 1, 5, b"a"), Cited(0, 2, 9, b"b"))
    assert times(one) == (5, 9)
    other: Observation = world.observe(SignalKind.BREAK, 9, last=7)
    assert times(other) == (7, 7)


def test_incidents_do_not_depend_on_the_order_of_observations() -> None:
    world = World()
    first = world.process(0, "a.exe", DUMP, pid=1)
    second = world.process(90_000, "b.exe", NTDS, pid=2, host="dc1", user="bob")
    world.observe(SignalKind.CHAIN, 10, world.cited(first), world.cited(second))
    world.observe(SignalKind.ANOMALY, 6, world.cited(first))
    world.observe(SignalKind.BREAK, 9, first=BASE, host="ws1")
    world.observe(SignalKind.BREAK, 9, first=BASE, host="ws1", by="another")
    found = world.incidents()
    world.observations.reverse()
    assert world.incidents() == found
