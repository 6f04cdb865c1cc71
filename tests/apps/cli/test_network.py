from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.questions import make
from gamekeeper.__main__ import main


def test_connections_and_listeners(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    platform = {"Application": "a.exe", "Protocol": 6, "SourcePort": 4444}
    out = {
        "id": 5156,
        "Direction": "%%14593",
        "DestAddress": "1.2.3.4",
        "DestPort": 443,
        **platform,
    }
    make(tmp_path, [out, {"id": 5154, **platform}])
    words = ["network", "--case", str(tmp_path / "case"), "--json"]
    assert main([*words, "--program", "A.exe", "--peer", "1.2.*"]) == 0
    assert json.loads(capsys.readouterr().out)["destination.port"] == 443
    assert main([*words, "--listeners"]) == 0
    assert json.loads(capsys.readouterr().out)["destination.port"] == 4444
    assert main([*words, "--listeners", "--peer", "x"]) == 2
    assert "--peer does not go with --listeners" in capsys.readouterr().err
