from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.__main__ import main


def test_values_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case_of(tmp_path / "case", batches([logon(n) for n in range(7)]))
    words = ["stack", "TargetUserName", "--case", str(tmp_path / "case")]
    assert main([*words, "--most", "--limit", "1"]) == 0
    assert "user0" in capsys.readouterr().out
    assert main(["stack", "TargetUsrName", *words[2:]]) == 2
