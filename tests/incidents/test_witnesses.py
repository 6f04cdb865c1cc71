from __future__ import annotations

import numpy as np

from fakes.incident_worlds import BASE, SECOND, ListTraces, World
from gamekeeper.incidents.exemplars import ExemplarRows
from gamekeeper.incidents.witnesses import Logons, Names, ends, logons, seen, shown
from gamekeeper.model.traces import Role
from gamekeeper.questions.processes.fields import Codes


def names(*hosts: str) -> Names:
    made = Names.new()
    for host in hosts:
        made.hosts.of(host)
    return made


def logon(world: World, host: str, user: str, **given: str) -> None:
    world.event(0, host, role=Role.LOGON, user=user, logon_type="Network", **given)


def sources(world: World) -> list[int]:
    found: Logons = logons(ListTraces(world.traces), names("ws1", "dc1"))
    return found.from_hosts.tolist()


def test_a_source_is_a_host_that_logs_by_its_name() -> None:
    world = World()
    logon(world, "dc1", "ann", source_host="WS1.corp.example")
    logon(world, "dc1", "ann", source_host="KALI")
    assert sources(world) == [0, -1]


def test_a_machine_account_ties_an_address_to_its_computer() -> None:
    world = World()
    logon(world, "dc1", "WS1$", source_ip="10.0.0.1")
    logon(world, "dc1", "ann", source_ip="10.0.0.1", source_host="DC1")
    assert sources(world) == [0, 0]


def test_an_address_of_two_computers_is_nobodys() -> None:
    world = World()
    for name in ("WS1$", "DC1$"):
        logon(world, "srv", name, source_ip="10.0.0.1")
    logon(world, "srv", "ann", source_ip="10.0.0.1")
    assert sources(world)[-1] == -1


def test_a_logon_from_itself_came_from_nowhere() -> None:
    world = World()
    logon(world, "ws1", "ann", source_host="WS1")
    assert sources(world) == [-1]


def test_who_sits_at_the_host_has_no_address() -> None:
    world = World()
    logon(world, "dc1", "WS1$", source_ip="10.0.0.1")
    logon(world, "ws1", "ann", source_ip="127.0.0.1")
    logon(world, "ws1", "ann", source_ip="::1")
    logon(world, "ws1", "ann", source_ip="10.0.0.1")
    logon(world, "ws1", "ann", source_ip="10.250.0.9")
    found: Logons = logons(ListTraces(world.traces), names("ws1", "dc1"))
    assert (found.addresses >= 0).tolist() == [True, False, False, False, True]


def exemplars(*offsets: int) -> ExemplarRows:
    none = np.zeros(len(offsets), np.int64)
    halves = none.astype(np.uint64)
    return ExemplarRows(none, none, np.array(offsets), none, halves, halves, none - 1)


def test_traces_of_events_are_found_by_their_ids() -> None:
    world = World()
    first = world.event(0, "ws1", 0, command_line="one", user="ann")
    world.event(1, "ws1", 0, command_line="two")
    named = names()
    found = seen(ListTraces(world.traces), exemplars(first, 5), named, Codes())
    assert (found.rows.tolist(), found.columns.accounts.tolist()) == ([0, -1], [0])
    assert named.accounts.names() == ["ann"]


def test_texts_are_those_of_the_chosen_events() -> None:
    world = World()
    first = world.event(0, "ws1", 0, command_line="one")
    second = world.event(1, "ws1", 0, command_line="two")
    rows = exemplars(first, second, 5)
    found = shown(ListTraces(world.traces), rows, np.array([1, 2]))
    assert [found.text(row, "text") for row in range(3)] == ["", "two", ""]


def test_a_source_ends_on_each_host_with_its_last_event() -> None:
    world = World()
    for at, host, source in ((0, "ws1", 0), (9, "ws1", 0), (5, "dc1", 0), (7, "ws1", 2)):
        world.event(at, host, source=source)
    found = ends(ListTraces(world.traces), names("ws1", "dc1"))
    seconds = {pair: (last - BASE) // SECOND for pair, last in found.items()}
    assert seconds == {(0, 0): 9, (1, 0): 5, (0, 2): 7}


def test_an_account_is_known_by_its_sid_where_an_event_names_both() -> None:
    world = World()
    first = world.event(0, "ws1", 0, user="ann", domain="CORP", user_id="S-1-5-21-1-2-3-1104")
    found = seen(ListTraces(world.traces), exemplars(first), names(), Codes())
    assert found.sids == {"S-1-5-21-1-2-3-1104": "CORP\\ann"}
