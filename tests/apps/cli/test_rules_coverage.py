from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def test_the_layer_goes_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "coverage", "--rules", "builtin", "-q"]) == 0
    assert json.loads(capfd.readouterr().out)["versions"]["layer"] == "4.5"


def test_a_hunt_tells_what_could_be_seen(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hunt = ["hunt", str(logs), "--rules", "builtin", "--workers", "1", "-q"]
    assert main([*hunt, "--out", str(tmp_path / "report")]) in {0, 10}
    capfd.readouterr()
    summary, out = str(tmp_path / "report" / "summary.json"), tmp_path / "layer.json"
    words = ["rules", "coverage", "--rules", "builtin", "--summary", summary, "--out", str(out)]
    assert main([*words, "-q"]) == 0
    assert capfd.readouterr().out == ""
    scores = {row["techniqueID"]: row["score"] for row in json.loads(out.read_text())["techniques"]}
    assert scores["T1003.003"] == 100
    assert main(["rules", "coverage", "--summary", summary, "-q"]) == 0
    assert json.loads(capfd.readouterr().out) == json.loads(out.read_text())


def test_files_that_cannot_be_are_bad_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["rules", "coverage", "--rules", "builtin", "-q"]
    assert main([*words, "--summary", str(tmp_path / "absent.json")]) == 2
    assert main([*words, "--out", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err
