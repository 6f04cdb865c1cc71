"""Processes linked part by part against all of them linked at once."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fakes.incident_worlds import ListTraces, World, guid
from gamekeeper.incidents import started
from gamekeeper.incidents.lineages import NAMED, Lineages, guid_codes, lineages, named_in
from gamekeeper.incidents.shelf import Shelf
from gamekeeper.incidents.started import put_away
from gamekeeper.questions.processes.fields import Codes

START = st.tuples(
    st.integers(0, 3),  # seconds
    st.sampled_from(["ws1", "ws2", "dc1", ""]),
    st.integers(5, 8),  # process id
    st.sampled_from([None, 5, 6, 7, 8, 99]),  # the parent's
    st.booleans(),  # of Sysmon
    st.booleans(),  # with a time
)


def linked(world: World, part: int) -> tuple[Lineages, list[str], list[int]]:
    """Return the processes of a world, its hosts, and process ids; with a part more for ``part`` traces."""
    hosts, programs, starts, named = Codes(), Codes(), Shelf(None), Shelf(None)
    with patch.object(started, "_PART", part):
        parts = put_away(ListTraces(world.traces), hosts, programs, starts)
    found = lineages(starts, parts, np.zeros(len(programs.known) + 1, bool), named)
    pids = np.full(len(found.hosts), -1)
    for number in range(parts):
        rows = started.part_of(found.hosts, parts) == number
        pids[rows] = named.get(named_in(number), NAMED)["pids"]
    return found, hosts.names(), pids.tolist()


def world_of(rows: list[tuple[Any, ...]]) -> World:
    world = World()
    for at, host, pid, parent, is_sysmon, has_time in rows:
        given: dict[str, Any] = {"host": host, "parent_image": "C:\\x\\p.exe"}
        world.process(at, "p.exe", pid=pid, parent=parent, is_sysmon=is_sysmon, **given)
        if not is_sysmon:
            world.traces[-1] |= {"guid": None, "parent_guid": None}
        if not has_time:
            world.traces[-1]["filetime"] = None
    return world


@given(st.lists(START, max_size=14))
def test_parts_change_nothing(rows: list[tuple[Any, ...]]) -> None:
    one, _, pids = linked(world_of(rows), 1 << 20)
    many, _, others = linked(world_of(rows), 2)
    assert pids == others
    for name in ("hosts", "times", "images", "parents", "main", "first", "records", "orphans"):
        assert getattr(one, name).tolist() == getattr(many, name).tolist()
    same = [a.unlogged[:, None] == a.unlogged for a in (one, many)]
    assert (same[0] == same[1]).all()


@given(st.lists(START, max_size=14))
def test_processes_are_in_order_of_their_starts_and_have_their_records(
    rows: list[tuple[Any, ...]],
) -> None:
    found, _, _ = linked(world_of(rows), 2)
    begun = found.records[found.first[:-1]]
    order = list(zip(found.times.tolist(), begun.tolist(), strict=True))
    assert order == sorted(order)
    assert sorted(found.records.tolist()) == [100 * at for at in range(1, len(rows) + 1)]
    assert (found.first[:-1] + found.main < found.first[1:]).all()


def test_parents_that_no_record_starts_are_told_apart() -> None:
    world = World()
    for pid, parent in ((5, 90), (6, 90), (7, 91), (8, 5)):
        world.process(pid, "p.exe", pid=pid, parent=parent)
    found, _, _ = linked(world, 1)
    assert found.parents.tolist() == [-1, -1, -1, 0]
    assert found.orphans.tolist() == [0, 1, 2]
    assert found.unlogged[0] == found.unlogged[1] != found.unlogged[2]


def test_equal_guids_have_equal_codes_and_none_has_none() -> None:
    digits = int(guid("ws1", 3).replace("-", ""), 16)
    halves = np.array([[0, 0], [digits >> 64, 7], [1, 2], [digits >> 64, 7]], np.uint64)
    codes, found = guid_codes(halves)
    assert codes[0] == -1
    assert codes[1] == codes[3] != codes[2]
    assert found[codes[1:]].tolist() == halves[1:].tolist()
