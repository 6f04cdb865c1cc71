from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


def test_a_case_without_incidents_explains_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_of(tmp_path / "case", batches([logon(1)]))
    assert main(["incidents", "explain", "--case", str(tmp_path / "case"), "1"]) == 2
    assert "rehunt" in capsys.readouterr().err
