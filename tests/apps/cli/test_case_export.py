from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    case_of(tmp_path / "case", batches([logon(n) for n in range(20)]))
    return str(tmp_path / "case")


def test_people_are_told_where_it_is(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["case", "export", "--case", case, "--to", out, "-q"]) == 0
    assert f"20 events of 1 datasets are in {out}" in capsys.readouterr().out
    assert main(["case", "export", "--case", case, "--to", out, "-q"]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_programs_are_told_too(
    case: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["case", "export", "--case", case, "--to", str(tmp_path / "out"), "--json", "-q"]
    assert main(words) == 0
    assert json.loads(capfd.readouterr().out)["rows"] == 20
