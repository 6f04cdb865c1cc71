from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    case_of(tmp_path / "case", batches([logon(1)]))
    return str(tmp_path / "case")


def test_a_form_that_nobody_knows_is_refused(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", "export", "--case", case, "--format", "pdf"]) == 2
    assert "there are markdown, html" in capsys.readouterr().err


def test_a_case_without_incidents_exports_none(
    case: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "export", "--case", case]) == 0
    assert "No incidents" in capfd.readouterr().out


def test_a_reader_that_nobody_knows_is_refused(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "export", "--case", case, "--for", "boss"]) == 2
    assert "executive" in capsys.readouterr().err
