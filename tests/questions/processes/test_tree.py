"""Trees of processes, on small logs and on real ones."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches, ended, guid, seen, started, sysmon, system
from gamekeeper.model.build import Event
from gamekeeper.questions.processes import tree as question
from gamekeeper.questions.processes.first_programs import boots
from gamekeeper.questions.processes.linking import By, link
from gamekeeper.questions.processes.log import read
from gamekeeper.questions.processes.nodes import ends_of, nodes_of
from gamekeeper.questions.processes.rows import SCHEMA
from gamekeeper.questions.processes.tree import process_tree
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

Row = dict[str, object]
SERVICES, CMD, NET = "C:\\services.exe", "C:\\Windows\\cmd.exe", "C:\\Windows\\net.exe"


def rows_of(case: Case, selection: Selection | None = None, **asked: object) -> list[Row]:
    with case.snapshot() as snapshot:
        answer = process_tree(snapshot, selection or Selection(), **asked)  # type: ignore[arg-type]
        return [row for batch in answer.batches for row in batch.to_pylist()]


def tree(rows: list[Row]) -> list[str]:
    return [f"{row['tree.depth']} {row['process.pid']} {row['process.name']}" for row in rows]


def case(folder: Path, *events: Event) -> Case:
    return case_of(folder / "case", batches(events))


def test_a_log_of_4688_alone_becomes_a_tree(tmp_path: Path) -> None:
    rows = rows_of(
        case(
            tmp_path,
            started(1, 100, CMD, parent=(50, SERVICES), command="cmd /c net user"),
            started(2, 104, NET, parent=(100, CMD), command="net user"),
            ended(3, 104, NET),
            started(4, 104, CMD, parent=(50, SERVICES)),
            started(5, 108, NET, parent=(104, CMD)),
        )
    )
    assert tree(rows) == [
        "0 50 services.exe",
        "1 100 cmd.exe",
        "2 104 net.exe",
        "1 104 cmd.exe",
        "2 108 net.exe",
    ]
    named, top, net, *_ = rows
    assert [row["process.parent.linked_by"] for row in rows] == [
        None,
        "named",
        "pid",
        "named",
        "pid",
    ]
    assert (named["@timestamp"], named["witnesses"]) == (None, [])
    assert net["process.parent.entity_id"] == top["process.entity_id"]
    assert net["process.parent.command_line"] == "cmd /c net user"
    assert str(net["process.end"]) == "2026-01-31 08:00:03+00:00"
    assert (net["user.domain"], net["user.name"]) == ("EX", "alice")
    assert (net["process.integrity_level"], net["winlog.logon.id"]) == ("Medium", "0x1234")
    assert set(net) == set(SCHEMA.names)


def test_two_witnesses_make_one_row_that_says_what_sysmon_says(tmp_path: Path) -> None:
    top, row = rows_of(
        case(
            tmp_path,
            seen(1, (1, 100), CMD, parent=(9, 50, SERVICES), command="cmd /c"),
            started(1.5, 100, CMD, parent=(50, SERVICES)),
            sysmon(5, 9, {"ProcessGuid": guid(1), "ProcessId": "100", "Image": CMD}),
        )
    )
    witnesses = row["witnesses"]
    assert isinstance(witnesses, list)
    assert [name.partition(":")[0] for name in witnesses] == ["windows.sysmon", "windows.security"]
    assert (row["event.code"], row["process.hash.sha256"]) == (1, "ef")
    assert top["process.command_line"] == f"{SERVICES} of old"
    assert row["process.parent.entity_id"] == top["process.entity_id"]
    assert str(row["process.end"]) == "2026-01-31 08:00:09+00:00"


def test_a_boot_cuts_links(tmp_path: Path) -> None:
    rows = rows_of(
        case(
            tmp_path,
            started(1, 100, CMD, parent=(50, "")),
            system("Microsoft-Windows-Kernel-General", 12, 5),
            started(9, 104, NET, parent=(100, "")),
        )
    )
    assert tree(rows) == ["0 50 None", "1 100 cmd.exe", "0 100 None", "1 104 net.exe"]
    ids = [row["process.entity_id"] for row in rows]
    assert len(set(ids)) == 4


def test_what_is_below_a_root_knows_the_roots_own_parent(tmp_path: Path) -> None:
    small = case(
        tmp_path,
        seen(1, (1, 100), CMD, parent=(9, 50, SERVICES), command="cmd one"),
        seen(2, (2, 104), NET, parent=(1, 100, CMD)),
    )
    whole, (only,) = rows_of(small), rows_of(small, root=guid(2))
    assert only["tree.depth"] == 0
    assert only["process.parent.entity_id"] == whole[1]["process.entity_id"]
    assert only["process.parent.command_line"] == "cmd one"


def test_a_period_shows_what_started_in_it_and_what_that_came_from(tmp_path: Path) -> None:
    small = case(
        tmp_path,
        started(1, 100, CMD, parent=(50, SERVICES)),
        started(100, 104, NET, parent=(100, CMD)),
        started(200, 108, NET, parent=(100, CMD)),
    )
    period = Selection(start=MORNING + 90 * SECOND, stop=MORNING + 110 * SECOND)
    assert [(row["process.pid"], row["tree.role"]) for row in rows_of(small, period)] == [
        (50, "ancestor"),
        (100, "ancestor"),
        (104, "selected"),
    ]


def test_parents_are_looked_for_some_days_before_a_period(tmp_path: Path) -> None:
    day = 86_400
    small = case(
        tmp_path,
        started(0, 100, CMD, parent=(50, SERVICES)),
        started(2 * day, 104, NET, parent=(100, CMD)),
        ended(2 * day + 5, 104, NET),
    )
    period = Selection(
        start=MORNING + (2 * day - 1) * SECOND, stop=MORNING + (2 * day + 1) * SECOND
    )
    assert [row["process.parent.linked_by"] for row in rows_of(small, period)] == [
        None,
        "named",
        "pid",
    ]
    near = rows_of(small, period, lookback_days=1)
    assert [row["process.parent.linked_by"] for row in near] == [None, "named"]
    assert near[1]["process.end"] is not None


def test_a_match_is_looked_for_in_parents_that_are_only_named(tmp_path: Path) -> None:
    small = case(
        tmp_path,
        started(1, 100, CMD, parent=(50, SERVICES)),
        started(2, 104, NET, parent=(60, "C:\\other.exe")),
    )
    found = [(row["process.pid"], row["tree.role"]) for row in rows_of(small, match="SERVICES")]
    assert found == [(50, "selected"), (100, "descendant")]
    assert rows_of(small, match="absent") == []


def test_events_without_a_time_or_a_number_are_shown_too(tmp_path: Path) -> None:
    rows = rows_of(
        case(
            tmp_path,
            replace(started(1, 100, CMD, parent=(50, SERVICES)), filetime=None),
            replace(
                started(1, 104, NET, parent=(50, SERVICES)), data=(("CommandLine", "\x1b[2J"),)
            ),
        )
    )
    assert tree(rows) == ["0 50 services.exe", "1 100 cmd.exe", "0 None None"]
    assert rows[2]["process.command_line"] == "\x1b[2J"


def test_notes_say_what_the_logs_do_not_tell(tmp_path: Path) -> None:
    with case(tmp_path, started(1, 100, CMD, parent=(50, SERVICES))).snapshot() as snapshot:
        notes = process_tree(snapshot, Selection()).notes
        assert any("processes have no end" in note for note in notes)
        assert any("1 parents are only named" in note for note in notes)
        nobody = process_tree(snapshot, Selection(hosts=("absent",)))
        assert any("no Sysmon 1 and no Security 4688" in note for note in nobody.notes)
        assert list(nobody.batches) == []


def test_rows_do_not_depend_on_how_many_are_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = case(
        tmp_path,
        *(started(n, 100 + 4 * n, CMD, parent=(96 + 4 * n, CMD)) for n in range(1, 9)),
    )
    whole = rows_of(small)
    monkeypatch.setattr(question, "_ROWS", 2)
    assert rows_of(small) == whole
    assert [row["tree.depth"] for row in whole] == list(range(9))


@pytest.fixture(scope="module")
def campaign(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    log = corpus / "campaigns" / "LSASS_campaign_02"
    found = next(log.glob("*.json.gz"))
    return case_of(tmp_path_factory.mktemp("campaign") / "case", found)


@pytest.mark.corpus
def test_every_malicious_process_of_a_real_campaign_hangs_where_it_should(
    campaign: Case, corpus: Path
) -> None:
    path = corpus / "campaigns" / "LSASS_campaign_02" / "truth_processes.csv"
    with path.open(encoding="utf-8") as stream:
        truth = list(csv.DictReader(stream))
    rows = {str(row["process.guid"]).lower(): row for row in rows_of(campaign)}
    assert len(truth) == 10
    for process in truth:
        row = rows[process["process_guid"].lower()]
        assert row["process.executable"] == process["image"]
        assert row["process.parent.executable"] == process["parent_image"]
    below = {
        str(row["process.guid"]).lower() for row in rows_of(campaign, root="happy_image.jpeg.exe")
    }
    assert below == {process["process_guid"].lower() for process in truth}


@pytest.mark.corpus
def test_numbers_and_times_give_the_links_that_guids_give(campaign: Case) -> None:
    with campaign.snapshot() as snapshot:
        records = read(snapshot, Selection())
        started = boots(snapshot, Selection(), records)
    nodes, ends = nodes_of(records), ends_of(records)
    blind = np.full(len(nodes.starts), -1)
    by_guid = link(nodes.starts, ends, started)
    by_pid = link(
        replace(nodes.starts, guids=blind, parent_guids=blind),
        replace(ends, guids=np.full(len(ends.hosts), -1)),
        started,
    )
    assert (by_guid.by == By.GUID).sum() > 90
    assert by_pid.parents.tolist() == by_guid.parents.tolist()


@pytest.mark.corpus
def test_each_process_of_many_real_logs_has_a_name_of_its_own(tmp_path: Path, corpus: Path) -> None:
    rows = rows_of(case_of(tmp_path / "case", corpus / "evtx"))
    ids = {row["process.entity_id"] for row in rows}
    assert len(rows) == len(ids) > 300
    named = {row["process.parent.entity_id"] for row in rows} - {None}
    assert named <= ids
