"""What two logs tell of one start becomes one process."""

from __future__ import annotations

from pathlib import Path

from fakes.cases import case_of
from fakes.processes import batches, ended, seen, started
from gamekeeper.model.build import Event
from gamekeeper.questions.processes.log import read
from gamekeeper.questions.processes.nodes import Nodes, ends_of, nodes_of
from gamekeeper.store.selection import Selection

CMD = "C:\\Windows\\System32\\cmd.exe"
EXPLORER = "C:\\Windows\\explorer.exe"


def nodes(folder: Path, *events: Event) -> Nodes:
    with case_of(folder / "case", batches(events)).snapshot() as snapshot:
        return nodes_of(read(snapshot, Selection()))


def witnesses(found: Nodes) -> list[int]:
    return [found.node_of.tolist().count(node) for node in range(len(found.starts))]


def test_both_logs_of_one_start_are_two_witnesses(tmp_path: Path) -> None:
    found = nodes(
        tmp_path,
        started(10.5, 100, CMD, parent=(50, EXPLORER)),
        seen(10, (1, 100), CMD.upper(), parent=(9, 50, EXPLORER)),
    )
    assert witnesses(found) == [2]
    assert found.records.is_sysmon[found.main].all()
    assert found.starts.guids[0] >= 0


def test_more_than_two_seconds_another_program_or_another_host_are_another_start(
    tmp_path: Path,
) -> None:
    found = nodes(
        tmp_path,
        seen(10, (1, 100), CMD, parent=(9, 50, EXPLORER)),
        started(12.1, 100, CMD, parent=(50, EXPLORER)),
        started(10, 100, EXPLORER, parent=(50, EXPLORER)),
        started(10, 100, CMD, parent=(50, EXPLORER), host="WS-02"),
    )
    assert witnesses(found) == [1, 1, 1, 1]


def test_each_record_joins_the_nearest_and_one_only(tmp_path: Path) -> None:
    found = nodes(
        tmp_path,
        seen(10, (1, 100), CMD, parent=(9, 50, EXPLORER)),
        seen(11.5, (2, 100), CMD, parent=(9, 50, EXPLORER)),
        started(10.1, 100, CMD, parent=(50, EXPLORER)),
        started(11.4, 100, CMD, parent=(50, EXPLORER)),
        started(11.9, 100, CMD, parent=(50, EXPLORER)),
    )
    assert witnesses(found) == [2, 2, 1]


def test_a_start_that_is_told_twice_by_one_log_is_one_process(tmp_path: Path) -> None:
    found = nodes(
        tmp_path,
        seen(10, (1, 100), CMD, parent=(9, 50, EXPLORER)),
        seen(10.002, (1, 100), CMD, parent=(9, 50, EXPLORER), command="cmd"),
    )
    assert witnesses(found) == [2]


def test_a_lost_process_id_is_taken_from_the_other_log_where_only_one_record_fits(
    tmp_path: Path,
) -> None:
    lost = seen(10.4, (1, -1), CMD, parent=(9, 50, EXPLORER))
    found = nodes(tmp_path, lost, started(10, 100, CMD, parent=(50, EXPLORER)))
    assert witnesses(found) == [2]
    assert found.starts.pids.tolist() == [100]


def test_a_lost_process_id_stays_lost_where_two_records_would_do(tmp_path: Path) -> None:
    found = nodes(
        tmp_path,
        seen(10.4, (1, -1), CMD, parent=(9, 50, EXPLORER)),
        started(10, 100, CMD, parent=(50, EXPLORER)),
        started(11, 104, CMD, parent=(50, EXPLORER)),
    )
    assert witnesses(found) == [1, 1, 1]


def test_a_log_of_whole_seconds_does_not_put_a_child_before_its_parent(tmp_path: Path) -> None:
    found = nodes(
        tmp_path,
        seen(10.6, (1, 100), CMD, parent=(9, 50, EXPLORER)),
        started(10, 100, CMD, parent=(50, EXPLORER)),
        started(10, 104, "C:\\b.exe", parent=(100, CMD)),
    )
    assert witnesses(found) == [2, 1]
    assert found.starts.times[0] == found.starts.times[1]


def test_ends_are_those_of_both_logs(tmp_path: Path) -> None:
    events = [started(1, 100, CMD, parent=(50, "")), ended(2, 100, CMD)]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        found = ends_of(read(snapshot, Selection()))
    assert found.pids.tolist() == [100]


def test_no_records_are_no_processes(tmp_path: Path) -> None:
    assert len(nodes(tmp_path).starts) == 0
