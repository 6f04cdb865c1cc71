from __future__ import annotations

import pyarrow as pa
import pytest

from fakes.incident_worlds import BASE, ListTraces, World
from gamekeeper.incidents import started
from gamekeeper.incidents.shelf import Shelf
from gamekeeper.incidents.started import START, numbers, part_name, part_of, put_away
from gamekeeper.model.traces import Role
from gamekeeper.questions.processes.fields import Codes


def world() -> World:
    made = World()
    for host in ("ws1", "ws2", "dc1"):
        made.process(0, "a.exe", pid=5, host=host)
        made.process(1, "b.exe", pid=6, parent=5, host=host)
        made.event(2, host, role=Role.LOGON)
    return made


def test_all_starts_of_a_host_are_in_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(started, "_PART", 4)
    hosts, programs, shelf = Codes(), Codes(), Shelf(None)
    parts = put_away(ListTraces(world().traces), hosts, programs, shelf)
    rows = [shelf.get(part_name(part), START) for part in range(parts)]
    assert (parts, sum(map(len, rows))) == (3, 6)
    for part, found in enumerate(rows):
        assert set(part_of(found["hosts"], parts).tolist()) <= {part}


def test_a_start_is_numbers() -> None:
    hosts, programs, shelf = Codes(), Codes(), Shelf(None)
    put_away(ListTraces(world().traces[1:2]), hosts, programs, shelf)
    (row,) = shelf.get(part_name(0), START)
    assert (row["pids"], row["parent_pids"], row["times"]) == (6, 5, BASE + 10_000_000)
    assert row["guids"].any()
    assert [programs.names()[row[name]] for name in ("images", "parent_images")] == [
        "b.exe",
        "cmd.exe",
    ]
    assert hosts.names()[row["hosts"]] == "ws1"


def test_no_traces_are_no_starts() -> None:
    shelf = Shelf(None)
    assert put_away(ListTraces([]), Codes(), Codes(), shelf) == 1
    assert len(shelf.get(part_name(0), START)) == 0


def test_process_ids_that_do_not_fit_are_not_known() -> None:
    column = pa.array([0, (1 << 31) - 1, 1 << 31, -5, None])
    assert numbers(column).tolist() == [0, (1 << 31) - 1, -1, -1, -1]
