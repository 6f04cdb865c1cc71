from __future__ import annotations

import numpy as np

from fakes.incident_worlds import ListTraces, World, guid
from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.processes import Actors, Processes, event_id
from gamekeeper.questions.processes.fields import Codes


def processes(world: World) -> Processes:
    return Processes(ListTraces(world.traces), Codes(), parameters())


def line_of(found: Processes, node: int) -> list[int]:
    return [int(key) for _, keys in found.lines(np.array([node]), 6) for key in keys]


def family() -> World:
    world = World()
    world.process(0, "explorer.exe", pid=1)
    world.process(1, "cmd.exe", pid=2, parent=1, parent_image="C:\\x\\explorer.exe")
    world.process(2, "whoami.exe", pid=3, parent=2)
    world.process(3, "net.exe", pid=4, parent=2)
    return world


def test_a_line_leads_up_to_what_starts_everything() -> None:
    found = processes(family())
    assert line_of(found, 2) == [2, 1]
    assert line_of(found, 0) == []


def test_a_tree_is_its_highest_process_below_what_starts_everything() -> None:
    found = processes(family())
    nodes = np.array([0, 1, 2, 3, 1, -1])
    is_start = np.array([True, True, True, True, False, False])
    # The shell as started stands in no tree yet; what it does itself stands in its own.
    assert found.trees(nodes, is_start, 6).tolist() == [-1, -1, 1, 1, 1, -1]


def test_what_is_below_a_process_is_all_it_led_to() -> None:
    assert processes(family()).below(np.array([1]), 10).tolist() == [2, 3]


def test_nothing_is_below_what_starts_everything() -> None:
    assert processes(family()).below(np.array([0]), 10).tolist() == []


def test_two_children_of_a_parent_that_was_not_logged_share_a_key() -> None:
    world = World()
    world.process(0, "a.exe", pid=5, parent=99, parent_image="C:\\x\\odd.exe")
    world.process(1, "b.exe", pid=6, parent=99, parent_image="C:\\x\\odd.exe")
    world.process(2, "c.exe", pid=7, parent=98, parent_image="C:\\x\\odd.exe")
    found = processes(world)
    keys = [set(line_of(found, node)) for node in range(3)]
    assert keys[0] & keys[1]
    assert not keys[0] & keys[2]


def test_an_event_finds_its_process_by_guid_or_by_number_and_time() -> None:
    world = family()
    found = processes(world)
    digits = int(guid("ws1", 3).replace("-", ""), 16)
    halves = np.array([[digits >> 64, digits & (1 << 64) - 1], [0, 0], [0, 0]], np.uint64)
    start = int(found.starts.times[0])
    actors = Actors(
        np.zeros(3, np.int64),
        halves,
        np.array([-1, 4, 4096]),
        np.full(3, start + 10_000_000 * 60),
        np.full(3, -1),
    )
    # Process ids up to 4 belong to the system itself.
    assert found.acting(actors).tolist() == [2, -1, -1]


def test_the_records_of_a_start_are_all_told_and_one_says_most() -> None:
    world = World()
    world.process(0, "a.exe", pid=5, is_sysmon=False)
    world.traces[-1]["guid"] = None
    world.process(1, "a.exe", pid=5)
    world.process(2, "b.exe", pid=6)
    found = processes(world)
    assert found.started_by(np.zeros(4, np.int64), np.array([100, 200, 300, 7])).tolist() == [
        0,
        0,
        1,
        -1,
    ]
    assert found.records(np.array([1, 0])) == ["0:300", "0:100", "0:200"]
    assert [event_id(key) for key in found.main(np.array([0, 1])).tolist()] == ["0:200", "0:300"]


def test_a_process_is_found_on_its_own_host_only() -> None:
    world = World()
    for host in ("ws1", "ws2"):
        world.process(0, "a.exe", pid=40, host=host)
    found = processes(world)
    hosts, none = np.array([0, 1, 2]), np.zeros((3, 2), np.uint64)
    later, pids, unknown = np.full(3, found.starts.times[0] + 5), np.full(3, 40), np.full(3, -1)
    nodes = found.acting(Actors(hosts, none, pids, later, unknown))
    assert found.starts.hosts[nodes[:2]].tolist() == [0, 1]
    assert nodes[2] == -1


def test_no_traces_are_no_processes() -> None:
    found = processes(World())
    assert len(found) == 0
    # Events that a match names without a source have no id.
    assert found.started_by(np.array([0, -1]), np.array([1, -1])).tolist() == [-1, -1]
    assert found.below(np.array([-1]), 10).tolist() == []
