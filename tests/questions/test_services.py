from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.cases import case_of
from fakes.questions import check, golden, name_of, rows_of
from gamekeeper.questions.services import services


@pytest.mark.parametrize("case", golden("services"), ids=name_of)
def test_golden(case: dict[str, Any], tmp_path: Path) -> None:
    check(case, tmp_path, services)


@pytest.mark.corpus
def test_real_logs_lose_no_event(corpus: Path, tmp_path: Path) -> None:
    logs = corpus / "evtx" / "EVTX-to-MITRE-Attack"
    case = case_of(
        tmp_path / "case", logs, corpus / "otrf" / "schtask_create_2020-12-1907003032.json.gz"
    )
    with case.snapshot() as snapshot:
        events = snapshot.database().table(
            'SELECT count(*) AS n FROM events WHERE "EventID" IN (7045, 4697) AND "event.dataset" IN '
            "('windows.security', 'windows.sysmon', 'windows.system', 'windows.taskscheduler')"
        )
    wanted = {7045, 4697}
    rows = [row for row in rows_of(case, services) if wanted & {*row["event.code"]}]
    assert sum(row["count"] for row in rows) == events.column("n")[0].as_py() > 0
