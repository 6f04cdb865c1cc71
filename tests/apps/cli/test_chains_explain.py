"""``gamekeeper chains explain``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

MINE = (
    'id: M-1\nname: "mine \\e[2J"\ndescription: d\nlevel: low\njoin: [host]\nwithin: 1m\n'
    "steps: {a: {text: a copy, chain: SC-1}}\n"
)


def test_a_chain_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", "explain", "sc-1"]) == 0
    out = capfd.readouterr().out
    assert "windows.application: 325" in out
    assert "It does not see:" in out


def test_a_file_may_name_a_chain_of_the_package_and_moves_no_cursor(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(MINE)
    assert main(["chains", "explain", str(path)]) == 0
    out = capfd.readouterr().out
    assert "mine \\x1b[2J" in out
    assert "chain SC-1" in out


def test_the_explanation_is_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", "explain", "SC-5", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["steps"][2]["inner"]["steps"][0]["unread"]


def test_a_chain_that_is_not_there_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", "explain", "SC-99"]) == 2
    assert "there is no chain 'SC-99'" in capsys.readouterr().err
