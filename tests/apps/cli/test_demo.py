from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.__main__ import main

SMALL = ["--hosts", "3", "--days", "1", "-q"]


def test_the_demo_finds_its_intruder_and_says_where_the_report_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out), *SMALL]) == 0
    said = capsys.readouterr().out
    assert "high" in said
    report = next(line for line in said.splitlines() if line.startswith("Report:")).split()[1]
    assert Path(report).read_text(encoding="utf-8").startswith("<!")
    assert (out / "truth.jsonl").is_file()
    assert not (out / "logs" / "truth.jsonl").exists()  # or the hunt would read it


def test_the_demo_can_be_repeated_in_its_own_folder_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out), *SMALL]) == 0
    assert main(["demo", "--out", str(out), *SMALL]) == 0
    other = tmp_path / "mine"
    (other / "logs").mkdir(parents=True)
    (other / "logs" / "precious.evtx").write_bytes(b"x")
    assert main(["demo", "--out", str(other), *SMALL]) == 2
    assert "was not simulated" in capsys.readouterr().err
    assert (other / "logs" / "precious.evtx").exists()
