from __future__ import annotations

import pyarrow as pa

from fakes.incident_worlds import DUMP, NTDS, RULES, SOURCES, ListTraces, World
from gamekeeper.incidents.cells import Cells
from gamekeeper.incidents.findings import group
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.signals import BURST_SIZE, Material, signals
from gamekeeper.model.findings import MATCH_SCHEMA


def material(world: World) -> Material:
    rows = sorted(world.matches, key=lambda one: (one["filetime"], one["offset"], one["rule"]))
    cells = Cells()
    batch = pa.RecordBatch.from_pylist(rows, schema=MATCH_SCHEMA)
    group([batch], RULES, SOURCES, cells=cells)
    return signals(cells.found(), cells.groups, RULES, ListTraces(world.traces), 1, parameters())


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
    bits = sorted(material(world).bits, reverse=True)
    assert len(bits) == BURST_SIZE
    assert sum(bits[1:]) <= bits[0] + 1e-9


def test_what_a_hand_does_counts_one_by_one() -> None:
    world = World()
    world.process(0, "cmd.exe", pid=1000)
    world.process(5, "a.exe", DUMP, pid=2000, parent=1000)
    world.process(25, "b.exe", NTDS, pid=2001, parent=1000)
    assert sorted(material(world).bits) == [7.0, 11.0]


def test_a_match_without_a_trace_has_the_host_and_account_of_the_match() -> None:
    world = World()
    world.event(0, "ws1", DUMP, user="CORP\\ann")
    world.traces.clear()
    made = material(world)
    assert made.names.hosts.names()[made.facts.hosts[0]] == "ws1"
    assert made.names.accounts.names()[made.facts.accounts[0]] == "ann"
