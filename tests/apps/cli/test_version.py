from __future__ import annotations

import json

import pytest

from gamekeeper.__main__ import main


def test_versions_are_for_people_and_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    plain = capsys.readouterr().out.splitlines()
    assert plain[0].startswith("gamekeeper ")
    assert main(["version", "--json"]) == 0
    assert [f"{k} {v}" for k, v in json.loads(capsys.readouterr().out).items()] == plain
