from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import logon
from fakes.copied_cases import copied_case
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> Path:
    copied_case(
        tmp_path / "case",
        [logon(n) for n in range(10)],
        [logon(n, source=1) for n in range(5, 12)],
    )
    return tmp_path / "case"


def test_a_sound_case_is_zero_and_said_so(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "verify", "--case", str(case), "-q"]) == 0
    out = capsys.readouterr().out
    assert "12 events, 5 copies, 2 logs" in out
    assert "Sound: every byte" in out


def test_a_damaged_case_has_a_code_of_its_own(
    case: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = next(case.glob("events/*/*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x1b")
    assert main(["case", "verify", "--case", str(case), "-q"]) == 5
    out = capfd.readouterr().out
    assert "WRONG: events/windows.security/" in out
    assert "NOT SOUND: 1 faults" in out
    assert main(["case", "verify", "--case", str(case), "--json", "-q"]) == 5
    document = json.loads(capfd.readouterr().out)
    assert not document["is_sound"]
    assert "SHA-256" in document["faults"][0]["detail"]
    assert document["events"] == 12


def test_logs_that_are_gone_are_told(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "verify", "--case", str(case), "--sources", "-q"]) == 0
    out = capsys.readouterr().out
    assert "0 logs are as they were taken in, 2 are no longer there" in out
    assert "note: log 0, logs/0.evtx: it is no longer there" in out


def test_real_logs_are_found_again(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "c")
    assert main(["ingest", str(logs), "--case", case, "-q"]) == 0
    assert main(["case", "verify", "--case", case, "--sources", "-q"]) == 0
    assert "0 are no longer there" in capsys.readouterr().out
