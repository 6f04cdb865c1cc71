from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def test_people_get_a_table_of_all_baselines(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["baselines", str(logs), "-q"]) == 0
    said = capfd.readouterr().out
    assert "logon-edges" in said
    assert "must have been known for 7" in said


def test_scripts_get_a_document(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["baselines", str(logs), "--json", "-q"])
    names = [one["name"] for one in json.loads(capfd.readouterr().out)["baselines"]]
    assert "shadow-copies" in names


def test_one_baseline_is_shown_with_what_it_is_for(
    logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["baselines", str(logs), "--show", "host-logons", "-q"])
    said = capfd.readouterr().out
    assert "False positives: " in said
    assert "days" in said.splitlines()[-1]


def test_a_case_answers_from_memory_and_ways_are_confirmed_in_it(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    main(["hunt", str(logs), "--case", case, "-q"])
    capfd.readouterr()
    assert main(["baselines", case, "--json", "-q"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["remembered_rows"] > 0
    waiting = sum(one["unconfirmed"] for one in document["baselines"])
    assert main(["baselines", case, "--confirm", "all", "-q"]) == 0
    assert f"{waiting:,} ways" in capfd.readouterr().out


def test_only_a_case_keeps_what_is_confirmed(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["baselines", str(logs), "--confirm", "all", "-q"]) == 2
    assert "name one" in capfd.readouterr().err


def test_nothing_readable_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("no log")
    assert main(["baselines", str(tmp_path), "-q"]) == 3
