"""Process events as columns."""

from __future__ import annotations

from pathlib import Path

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches, ended, guid, security, seen, started, sysmon
from gamekeeper.questions.processes.log import read
from gamekeeper.store.selection import Selection

CMD = "C:\\Windows\\System32\\cmd.exe"


def test_the_fields_of_all_four_events_are_read(tmp_path: Path) -> None:
    events = [
        started(1, 100, CMD, parent=(50, "C:\\p.exe")),
        ended(2, 100, CMD),
        seen(3, (1, 200), CMD, parent=(2, 60, "C:\\q.exe")),
        sysmon(5, 4, {"ProcessGuid": guid(1), "ProcessId": "200", "Image": CMD}),
        security(4624, 5, {}),
    ]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        found = read(snapshot, Selection())
    order = found.times.argsort()
    assert found.pids[order].tolist() == [100, 100, 200, 200]
    assert found.parent_pids[order].tolist() == [50, -1, 60, -1]
    assert found.is_start[order].tolist() == [True, False, True, False]
    assert found.is_sysmon[order].tolist() == [False, False, True, True]
    assert [found.programs[code] for code in found.images] == ["cmd.exe"] * 4
    assert (found.times[order][0] - MORNING) // SECOND == 1
    assert found.guids[order][2] == found.guids[order][3] == found.guid_code(guid(1)) >= 0
    assert found.parent_guids[order][2] == found.guid_code(guid(2).lower())
    assert found.guid_code(guid(3)) == -1
    assert set(found.guids[order][:2].tolist()) == {-1}


def test_text_is_looked_for_in_the_process_and_in_its_parent(tmp_path: Path) -> None:
    events = [
        started(1, 100, CMD, parent=(50, "C:\\needle.exe"), command="cmd /c dir"),
        started(2, 104, CMD, parent=(50, "C:\\p.exe"), command="cmd /c NEEDLE"),
    ]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        found = read(snapshot, Selection(), lambda text: "needle" in text.lower())
        assert not read(snapshot, Selection()).hits.any()
    assert found.hits.tolist() == [False, True]
    assert found.parent_hits.tolist() == [True, False]
