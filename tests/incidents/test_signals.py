from __future__ import annotations

from fakes.incident_worlds import DUMP, NTDS, World
from gamekeeper.incidents.signals import BURST_SIZE
from gamekeeper.model.incidents import SignalKind


def test_what_a_script_does_in_a_minute_counts_as_one_act() -> None:
    world = World()
    world.process(0, "cmd.exe", pid=1000)
    letters = "abcdefghijklmnopqrstuvwxyz"
    for number in range(BURST_SIZE):
        name = letters[number]
        world.process(
            1 + number / 10,
            f"{name}.exe",
            DUMP,
            pid=2000 + number,
            parent=1000,
            command_line=name * 5,
        )
    bits = sorted(world.material().bits.tolist(), reverse=True)
    assert len(bits) == BURST_SIZE
    assert sum(bits[1:]) <= bits[0] + 1e-9


def test_what_a_hand_does_counts_one_by_one() -> None:
    world = World()
    world.process(0, "cmd.exe", pid=1000)
    world.process(5, "a.exe", DUMP, pid=2000, parent=1000)
    world.process(25, "b.exe", NTDS, pid=2001, parent=1000)
    assert sorted(world.material().bits.tolist()) == [7.0, 11.0]


def test_a_match_without_a_trace_has_the_host_and_account_of_the_match() -> None:
    world = World()
    world.event(0, "ws1", DUMP, user="CORP\\ann")
    world.traces.clear()
    made = world.material()
    assert made.names.hosts.names()[made.facts.hosts[0]] == "ws1"
    assert made.names.accounts.names()[made.facts.accounts[0]] == "ann"


def test_a_chain_over_what_a_script_did_is_no_part_of_the_burst() -> None:
    world = World()
    world.process(0, "cmd.exe", pid=1000)
    letters = "abcdefghijklmnopqrstuvwxyz"
    offsets = [
        world.process(
            1 + number / 10,
            f"{letters[number]}.exe",
            pid=2000 + number,
            parent=1000,
            command_line=letters[number] * 5,
        )
        for number in range(BURST_SIZE)
    ]
    for kind in (SignalKind.CHAIN, SignalKind.ANOMALY):
        for offset in offsets:
            world.observe(kind, 9.0, world.cited(offset), shape=f"{kind} {offset}", by=str(kind))
    made = world.material()
    by_kind = {
        kind: [
            bits
            for at, bits in enumerate(made.bits.tolist())
            if (one := made.observation(at)) and one.kind is kind
        ]
        for kind in (SignalKind.CHAIN, SignalKind.ANOMALY)
    }
    assert min(by_kind[SignalKind.CHAIN]) > 4 * min(by_kind[SignalKind.ANOMALY])
