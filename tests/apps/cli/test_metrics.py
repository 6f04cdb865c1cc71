from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import case_of
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path, logs: Path) -> str:
    case_of(tmp_path / "case", logs)
    return str(tmp_path / "case")


def test_kinds_of_events_are_counted(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--case", case, "--json"]) == 0
    kinds = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    counts = [kind["event.count"] for kind in kinds]
    assert counts == sorted(counts, reverse=True)
    assert "Process created" in {kind.get("event.action") for kind in kinds}


def test_hosts_and_days_are_counted(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--case", case, "--by", "Day", "--by", "host"]) == 0
    assert capfd.readouterr().out.split()[:2] == ["host.name", "day"]


def test_bad_use_is_told(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--case", case, "--by", "hosts"]) == 2
    assert "did you mean 'host'" in capfd.readouterr().err
