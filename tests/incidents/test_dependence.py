from __future__ import annotations

from fakes.incident_worlds import BASE, DUMP, NTDS, SECOND, WHO, World
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.scoring import counted
from gamekeeper.model.incidents import SignalKind

SHARE = parameters().echo_shares[SignalKind.CHAIN]


def bits_of(world: World, kind: SignalKind) -> list[float]:
    made = world.material()
    return [
        float(made.bits[at])
        for at in range(len(made.acts))
        if (one := made.observation(at)) and one.kind is kind
    ]


def test_a_chain_whose_events_are_all_signals_adds_a_share() -> None:
    world = World()
    first = world.process(0, "a.exe", DUMP, pid=1)
    second = world.process(5, "b.exe", NTDS, pid=2)
    world.observe(SignalKind.CHAIN, 10, world.cited(first), world.cited(second))
    assert bits_of(world, SignalKind.CHAIN) == [10 * SHARE]


def test_a_chain_that_no_rule_saw_counts_whole() -> None:
    world = World()
    first, second = world.process(0, "a.exe", pid=1), world.process(5, "b.exe", pid=2)
    world.observe(SignalKind.CHAIN, 10, world.cited(first), world.cited(second))
    assert bits_of(world, SignalKind.CHAIN) == [10]


def test_what_rules_left_unsaid_counts_whole() -> None:
    world = World()
    first, second = world.process(0, "a.exe", DUMP, pid=1), world.process(5, "b.exe", pid=2)
    world.observe(SignalKind.CHAIN, 10, world.cited(first), world.cited(second))
    (bits,) = bits_of(world, SignalKind.CHAIN)
    # A rule of high level said 7 of it, and the score counts so much of that.
    assert bits == 10 - (1 - SHARE) * counted(7, 0, parameters())


def test_two_baselines_on_one_event_do_not_count_twice() -> None:
    world = World()
    offset = world.process(0, "a.exe", pid=1)
    for by in ("new-edge", "new-tool"):
        world.observe(SignalKind.ANOMALY, 8, world.cited(offset), by=by)
    share = parameters().echo_shares[SignalKind.ANOMALY]
    again = 8 - (1 - share) * counted(8, 0, parameters())
    assert sorted(bits_of(world, SignalKind.ANOMALY)) == [again, 8]


def test_light_matches_take_off_what_they_count_and_no_more() -> None:
    world = World()
    offsets = [world.process(at, "net.exe", WHO, pid=9 + at) for at in range(3)]
    world.observe(SignalKind.CHAIN, 6, *(world.cited(offset) for offset in offsets))
    (bits,) = bits_of(world, SignalKind.CHAIN)
    (light,) = [bits for bits in world.material().bits if bits < 3]
    assert bits == 6 - (1 - SHARE) * counted(light, 0, parameters())
    assert bits > 5.8


def test_a_chain_ties_its_events_whatever_else_they_have_in_common() -> None:
    world = World()
    first = world.process(0, "a.exe", DUMP, NTDS, pid=1)
    second = world.process(900_000, "b.exe", NTDS, DUMP, pid=2, host="dc1", user="bob")
    assert len(world.incidents()) == 2
    world.observe(SignalKind.CHAIN, 10, world.cited(first), world.cited(second))
    (incident,) = world.incidents()
    assert {step.joined for step in incident.steps} == {"events of one chain"}
    assert set(incident.hosts) == {"WS1", "DC1"}


def test_an_anomaly_hangs_on_the_match_of_its_event() -> None:
    world = World()
    offset = world.event(0, "ws1", DUMP, NTDS)  # no account, no process, no session
    world.observe(SignalKind.ANOMALY, 5, world.cited(offset))
    (incident,) = world.incidents()
    assert {step.kind for step in incident.steps} == {SignalKind.MATCH, SignalKind.ANOMALY}


def test_logs_of_one_host_that_were_touched_within_minutes_are_one_incident() -> None:
    world = World()
    for at, host in ((0, "ws1"), (60, "ws1"), (60, "dc1"), (90_000, "ws1")):
        first = BASE + at * SECOND
        world.observe(SignalKind.BREAK, 11, host=host, first=first, shape=f"log {at}")
    found = world.incidents()
    steps = sorted((one.hosts, len(one.steps)) for one in found)
    assert steps == [(("DC1",), 1), (("WS1",), 1), (("WS1",), 2)]
