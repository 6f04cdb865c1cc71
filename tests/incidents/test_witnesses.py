from __future__ import annotations

import numpy as np

from fakes.incident_worlds import BASE, SECOND, ListTraces, World
from gamekeeper.incidents.exemplars import ExemplarRows
from gamekeeper.incidents.witnesses import Names, ends, seen
from gamekeeper.questions.processes.fields import Codes


def names(*hosts: str) -> Names:
    made = Names.new()
    for host in hosts:
        made.hosts.of(host)
    return made


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
    assert found.columns.accounts[found.rows].tolist() == [0, -1]
    assert named.accounts.names() == ["ann"]


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


def test_of_several_traces_of_one_event_the_first_counts() -> None:
    world = World()
    first = world.event(0, "ws1", 0, user="ann")
    world.event(1, "dc1", 0, user="bob")
    for trace in world.traces:
        trace["source"], trace["offset"] = 0, first
    named = names()
    found = seen(ListTraces(world.traces), exemplars(first), named, Codes())
    # A store's rows stand in an order of its own: here the last comes first.
    assert found.columns.accounts[found.rows].tolist() == [named.accounts.of("bob")]
    assert found.columns.hosts[found.rows].tolist() == [named.hosts.of("dc1")]
