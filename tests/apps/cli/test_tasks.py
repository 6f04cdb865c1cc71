from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main


def test_tasks_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    xml = "<Task><Actions><Exec><Command>cmd</Command></Exec></Actions></Task>"
    events = [{"id": 4698, "TaskName": name, "TaskContent": xml} for name in ("\\Evil", "\\Good")]
    make(tmp_path, events)
    words = ["tasks", "--case", str(tmp_path / "case"), "--json", "--name", "*evil"]
    assert main(words) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["task.name"], row["process.executable"]) == ("\\Evil", ["cmd"])
