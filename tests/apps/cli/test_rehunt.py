from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def findings(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = main([*words, "--rules", "builtin", "--json", "-q"])
    return code, json.loads(capfd.readouterr().out)


def test_a_case_gives_the_findings_of_its_logs(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    code, direct = findings(capfd, "hunt", str(logs))
    assert (code, bool(direct["findings"])) == (10, True)
    code, both = findings(capfd, "hunt", str(logs), "--case", case)
    assert code == 10
    assert both["findings"] == direct["findings"]
    code, again = findings(capfd, "rehunt", "--case", case, "--out", str(tmp_path / "out"))
    assert code == 10
    assert again["findings"] == direct["findings"]
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_nothing_new_has_its_code(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    assert main(["hunt", str(logs), "--case", case, "--rules", "builtin", "-q"]) == 10
    assert main(["rehunt", "--case", case, "--rules", "builtin", "--since", "last", "-q"]) == 3
    assert "no events came into the case since then" in capsys.readouterr().err


def test_an_organisation_needs_a_case(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(logs), "--organisation", "X", "-q"]) == 2
    assert "give --case, too" in capsys.readouterr().err
