from __future__ import annotations

from fakes.incident_worlds import ListTraces, World
from gamekeeper.incidents.logons import Logons, logons
from gamekeeper.incidents.witnesses import Names
from gamekeeper.model.traces import Role


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


def test_a_source_is_a_host_whose_own_events_come_later() -> None:
    world = World()
    logon(world, "dc1", "ann", source_host="ws9")
    logon(world, "ws9", "ann")
    for traces in (world.traces, world.traces[::-1]):
        known = names("dc1")
        found: Logons = logons(ListTraces(traces), known)
        assert [known.hosts.names()[at] for at in found.from_hosts[:1]] == ["ws9"]


def test_logons_are_in_order_of_time() -> None:
    world = World()
    for at in (5, 1, 3):
        world.event(at, "ws1", role=Role.LOGON, user="ann")
    world.event(0, "ws1", role=Role.LOGON, user="ann", filetime=None)
    found: Logons = logons(ListTraces(world.traces), names("ws1"))
    assert found.offsets.tolist() == [200, 300, 100, 400]


def test_who_sits_at_the_host_has_no_address() -> None:
    world = World()
    logon(world, "dc1", "WS1$", source_ip="10.0.0.1")
    logon(world, "ws1", "ann", source_ip="127.0.0.1")
    logon(world, "ws1", "ann", source_ip="::1")
    logon(world, "ws1", "ann", source_ip="10.0.0.1")
    logon(world, "ws1", "ann", source_ip="10.250.0.9")
    found: Logons = logons(ListTraces(world.traces), names("ws1", "dc1"))
    assert (found.addresses >= 0).tolist() == [True, False, False, False, True]
