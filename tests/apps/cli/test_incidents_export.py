from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    case_of(tmp_path / "case", batches([logon(1)]))
    return str(tmp_path / "case")


@pytest.fixture
def hunted(case: str) -> str:
    assert main(["rehunt", "--case", case, "--rules", "builtin", "--workers", "1", "-q"]) == 0
    return case


def test_a_form_that_nobody_knows_is_refused(
    hunted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "export", "--case", hunted, "--format", "pdf"]) == 2
    assert "there are markdown, html" in capsys.readouterr().err


def test_a_case_that_nobody_hunted_in_says_nothing(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "export", "--case", case]) == 2
    assert "gamekeeper rehunt" in capsys.readouterr().err


def test_a_case_without_incidents_exports_none(
    hunted: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "export", "--case", hunted]) == 0
    assert "No incident" in capfd.readouterr().out


def test_a_reader_that_nobody_knows_is_refused(
    hunted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "export", "--case", hunted, "--for", "boss"]) == 2
    assert "executive" in capsys.readouterr().err
