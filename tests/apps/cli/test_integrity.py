from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def test_logs_and_the_case_made_of_them_say_the_same(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "case")
    assert main(["ingest", str(logs), "--case", folder, "-q"]) == 0
    capfd.readouterr()
    said = []
    for place in (str(logs), folder):
        main(["integrity", place, "--json", "-q"])
        said.append(capfd.readouterr().out)
    assert [json.loads(line)["check"] for line in said[0].splitlines()] == [
        json.loads(line)["check"] for line in said[1].splitlines()
    ]


def test_the_reports_are_written(logs: Path, tmp_path: Path) -> None:
    main(["integrity", str(logs), "--out", str(tmp_path / "out"), "-q"])
    assert (tmp_path / "out" / "integrity.jsonl").is_file()


def test_people_get_a_sentence(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["integrity", str(logs), "-q"])
    assert "Covered tracks" in capfd.readouterr().out


def test_nothing_readable_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.txt").write_text("no log")
    assert main(["integrity", str(tmp_path), "-q"]) == 3
    assert "no log" not in capfd.readouterr().out
