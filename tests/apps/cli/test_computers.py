from __future__ import annotations

from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main


def test_computers_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, [{"id": 4624}, {"id": 4624, "Computer": "ws02"}])
    words = ["computers", "--case", str(tmp_path / "case"), "--csv"]
    assert main(words) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main([*words, "--host", "WS02"]) == 0
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["ws02"]
