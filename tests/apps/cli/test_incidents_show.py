from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> str:
    case_of(tmp_path / "case", batches([logon(1)]))
    return str(tmp_path / "case")


def test_a_case_without_incidents_says_what_to_do(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "show", "--case", case, "1"]) == 2
    assert "gamekeeper rehunt" in capsys.readouterr().err
