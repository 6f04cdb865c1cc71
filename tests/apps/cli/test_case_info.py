from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    odd = "\x1b[31mevil"
    many = [logon(n, source=1, system={"Computer": f"ws{n:02}"}) for n in range(25)]
    case_of(
        tmp_path / "case",
        batches([logon(n) for n in range(20)]),
        batches([*many, logon(99, source=1, system={"Computer": odd})]),
    )
    return str(tmp_path / "case")


def test_people_see_the_numbers(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "info", "--case", case]) == 0
    out = capsys.readouterr().out
    assert "of Example Utility" in out
    assert "46 events  2026-01-01T00:00:00 to 2026-01-01T00:01:39" in out
    assert "Hosts (27)" in out
    assert "7 more" in out
    assert "No rules have been run" in out
    assert "\x1b" not in out


def test_programs_get_all_of_them(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "info", "--case", case, "--json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["events"]["events"] == 46
    assert document["events"]["first"] == "2026-01-01T00:00:00.000000Z"
    assert document["datasets"]["windows.security"]["events"] == 46
    assert len(document["hosts"]) == 27
    assert document["sources"]["logs"] == 2
    assert document["store"]["files"] == 2
    assert document["runs"] == []


def test_runs_are_listed(logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = str(tmp_path / "c")
    assert main(["hunt", str(logs), "--case", case, "--rules", "builtin", "-q"]) == 10
    capsys.readouterr()
    assert main(["case", "info", "--case", case]) == 0
    assert "Runs of rules" in capsys.readouterr().out
