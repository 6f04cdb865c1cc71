from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main


def test_events_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, [{"id": 4624}, {"id": 4624}, {"id": 4634}])
    words = ["metrics", "--case", str(tmp_path / "case"), "--by"]
    assert main([*words, "id", "--json"]) == 0
    counts = [json.loads(line)["count"] for line in capsys.readouterr().out.splitlines()]
    assert counts == [2, 1]
    assert main([*words, "colour"]) == 2
    assert "not counted by colour" in capsys.readouterr().err
