from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.cases import case_of
from fakes.questions import check, golden, make, name_of, rows_of
from gamekeeper.model.answers import Answer
from gamekeeper.questions.network import listening, network
from gamekeeper.store.selection import Selection
from gamekeeper.store.snapshot import Snapshot


@pytest.mark.parametrize("case", golden("network"), ids=name_of)
def test_golden(case: dict[str, Any], tmp_path: Path) -> None:
    check(case, tmp_path, network)


@pytest.mark.parametrize("case", golden("listening"), ids=name_of)
def test_golden_of_listeners(case: dict[str, Any], tmp_path: Path) -> None:
    check(case, tmp_path, listening)


def test_programs_by_path_or_name_and_peers(tmp_path: Path) -> None:
    sysmon = {"id": 3, "Channel": "Microsoft-Windows-Sysmon/Operational", "Initiated": "true"}
    events = [
        {**sysmon, "Image": "C:\\a\\p.exe", "DestinationIp": "1.2.3.4"},
        {**sysmon, "Image": "C:\\b\\q.exe", "DestinationIp": "1.2.3.5"},
        {**sysmon, "Image": "System", "DestinationHostname": "x.example.net"},
    ]
    case = make(tmp_path, events)

    def found(**wanted: Any) -> list[str]:
        def ask(snapshot: Snapshot, selection: Selection) -> Answer:
            return network(snapshot, selection, **wanted)

        return [row["process.executable"] for row in rows_of(case, ask)]

    assert found(programs=["P.EXE"]) == ["C:\\a\\p.exe"]
    assert found(programs=["c:\\b\\*"]) == ["C:\\b\\q.exe"]
    assert found(programs=["p"]) == []
    assert found(peers=["1.2.3.?"]) == ["C:\\a\\p.exe", "C:\\b\\q.exe"]
    assert found(peers=["*.example.net", "1.2.3.4"], programs=["system"]) == ["System"]


@pytest.mark.corpus
def test_real_logs_lose_no_event(corpus: Path, tmp_path: Path) -> None:
    logs = corpus / "evtx" / "EVTX-to-MITRE-Attack"
    case = case_of(
        tmp_path / "case", logs, corpus / "otrf" / "schtask_create_2020-12-1907003032.json.gz"
    )
    with case.snapshot() as snapshot:
        events = snapshot.database().table(
            'SELECT count(*) AS n FROM events WHERE "EventID" IN (3, 22, 5156, 5157) AND "event.dataset" IN '
            "('windows.security', 'windows.sysmon', 'windows.system', 'windows.taskscheduler')"
        )
    wanted = {3, 22, 5156, 5157}
    rows = [row for row in rows_of(case, network) if wanted & {*row["event.code"]}]
    assert sum(row["count"] for row in rows) == events.column("n")[0].as_py() > 0
