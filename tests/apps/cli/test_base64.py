"""The command, end to end."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import batches, started
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    text = base64.b64encode("whoami \x1b[2J; dir".encode("utf-16-le")).decode()
    events = [started(1, 8, "C:\\p.exe", parent=(4, ""), command=f"powershell -enc {text}")]
    case_of(tmp_path / "case", batches(events))
    return str(tmp_path / "case")


def test_people_see_what_was_hidden_and_it_is_inert(
    case: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["base64", "--case", case]) == 0
    out = capfd.readouterr().out
    assert "whoami \\x1b[2J; dir" in out
    assert "\x1b" not in out


def test_programs_get_all_columns(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["base64", "--case", case, "--everywhere", "--confidence", "certain", "--json"]) == 0
    )
    (row,) = (json.loads(line) for line in capfd.readouterr().out.splitlines())
    assert row["decoded.text"] == "whoami \x1b[2J; dir"
    assert row["event.fields"] == ["windows.security CommandLine"]


def test_a_confidence_that_is_none_is_bad_use(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["base64", "--case", case, "--confidence", "liekly"]) == 2
    assert "did you mean 'likely'?" in capsys.readouterr().err
