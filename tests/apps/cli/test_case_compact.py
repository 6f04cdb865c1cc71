from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import logon
from fakes.copied_cases import copied_case, stored
from gamekeeper.__main__ import main
from gamekeeper.store.case import Case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return copied_case(
        tmp_path / "case",
        [logon(n) for n in range(10)],
        [logon(n, source=1) for n in range(20, 25)],
    )


def test_files_are_merged(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(case.layout.root)
    assert main(["case", "compact", "--case", path, "-q"]) == 0
    assert "2 files (0.1 MB) became 1 (" in capsys.readouterr().out
    assert main(["case", "compact", "--case", path, "-q"]) == 0
    assert "no small files are left" in capsys.readouterr().out


def test_old_events_go(case: Case, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--before", "2026-01-01T00:00:05Z", "--json", "-q"]
    assert main(["case", "compact", "--case", str(case.layout.root), *words]) == 0
    document = json.loads(capfd.readouterr().out)
    assert (document["forgotten_events"], document["files_after"]) == (5, 1)
    assert stored(case) == {0: 5, 1: 5}
    assert main(["case", "info", "--case", str(case.layout.root)]) == 0
    assert "15 records, 0 copies of events, 0 that could not be read, 5 that were taken out" in (
        capfd.readouterr().out
    )
    assert main(["case", "verify", "--case", str(case.layout.root), "-q"]) == 0
