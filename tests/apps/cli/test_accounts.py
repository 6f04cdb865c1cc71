from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main


def test_accounts_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [{"id": 4624, "TargetUserName": name, "LogonType": 3} for name in ("ann", "bob")]
    make(tmp_path, events)
    words = ["accounts", "--case", str(tmp_path / "case"), "--json"]
    assert main(words) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main([*words, "--name", "b?b"]) == 0
    assert json.loads(capsys.readouterr().out)["user.name"] == "bob"
