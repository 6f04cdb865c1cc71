from __future__ import annotations

import numpy as np

from fakes.incident_worlds import DUMP, NOISE, World
from gamekeeper.incidents.signals import Material

#: What comes before the flood: the shell, and what it started besides.
BEFORE = 3


def flooded(count: int, others: int = 0) -> Material:
    """A shell that dumps memory and starts a program again and again; each starts its console."""
    world = World()
    world.process(0, "cmd.exe", pid=1, parent_image="C:\\Windows\\explorer.exe")
    world.process(1, "procdump.exe", DUMP, pid=2, parent=1)
    world.process(2, "quiet.exe", pid=3, parent=1)
    for number in range(count):
        pid = 1_000 + 2 * number
        world.process(10 + number, "ping.exe", NOISE, pid=pid, parent=1, command_line="ping")
        world.process(10.5 + number, "conhost.exe", pid=pid + 1, parent=pid)
    for number in range(others):
        world.process(20_000 + number, f"{number}.exe", pid=100_000 + number, parent=1)
    return world.material()


def test_what_a_flood_started_is_told_once() -> None:
    found = flooded(1_500)
    nodes = BEFORE + np.arange(3_000)
    assert found.flood_nodes.tolist() == nodes[2:].tolist()


def test_a_shell_whose_children_a_flood_made_is_no_hub() -> None:
    found = flooded(1_500)
    assert found.processes.children[0] == 3
    assert not found.processes.is_stop[0]


def test_a_shell_that_started_many_others_beside_stays_a_hub() -> None:
    found = flooded(1_500, others=300)
    assert found.processes.children[0] == 303
    assert found.processes.is_stop[0]


def test_fewer_than_a_flood_count_as_children() -> None:
    found = flooded(300)
    assert not len(found.flood_nodes)
    assert found.processes.is_stop[0]
