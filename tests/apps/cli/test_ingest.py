from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def test_logs_are_taken_in_once(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    words = ["ingest", str(logs), "--case", case, "--organisation", "Example Utility"]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert "new events from" in first
    assert "; 0 copies of events" in first
    assert main(words) == 0
    again = capsys.readouterr().out
    assert again.startswith("0 new events from 0 logs")
    assert "logs were in the case already" in again


def test_the_account_is_there_for_programs(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "logs"
    shutil.copytree(logs, folder)
    whole = (folder / "Security.evtx").read_bytes()
    (folder / "Security.evtx").write_bytes(whole[: 4096 + 65536 + 30_000])
    (folder / "notes.md").write_text("no log")
    assert main(["ingest", str(folder), "--case", str(tmp_path / "c"), "--json", "-q"]) == 4
    document = json.loads(capfd.readouterr().out)
    assert document["events"] == sum(source["events"] for source in document["sources"]) > 0
    assert document["unread_files"] == 1
    assert any(source["rejects"] for source in document["sources"])


def test_logs_of_two_organisations_do_not_mix(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ingest", str(logs), "--case", str(tmp_path / "case"), "-q", "--organisation"]
    assert main([*words, "Example Utility"]) == 0
    assert main([*words, "Other Utility"]) == 2
    assert "belongs to 'Example Utility', not to 'Other Utility'" in capsys.readouterr().err


def test_nothing_readable_has_its_code(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "notes.md").write_text("no log")
    assert main(["ingest", str(tmp_path / "logs"), "--case", str(tmp_path / "case"), "-q"]) == 3
