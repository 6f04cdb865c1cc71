from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main

MANAGER = {"Channel": "System", "Provider_Name": "Service Control Manager"}


def test_services_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed = {"id": 7045, "ServiceName": "Evil", "ImagePath": "C:\\e.exe", **MANAGER}
    make(tmp_path, [installed, {"id": 7036, "param1": "Old", "param2": "running", **MANAGER}])
    words = ["services", "--case", str(tmp_path / "case"), "--json"]
    assert main(words) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    for narrower in (["--installed"], ["--name", "EV*"], ["--name", "c:\\e.exe"]):
        assert main([*words, *narrower]) == 0
        assert json.loads(capsys.readouterr().out)["service.name"] == "Evil"
