"""``gamekeeper chains list``."""

from __future__ import annotations

import json

import pytest

from gamekeeper.__main__ import main


def test_chains_are_listed_by_number(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", "list"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:13]] == [f"SC-{n}" for n in range(1, 14)]
    assert "critical" in lines[0]
    assert "cannot be found" in lines[12]  # asks for logs of firewalls and flows alone
    assert "cannot be found" not in lines[0]


def test_the_list_is_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", "list", "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)
    assert rows[0]["id"] == "SC-1"
    assert "opened" in rows[0]["steps"]
    reads = {row["id"]: row["logs_read"] for row in rows}
    assert (reads["SC-1"], reads["SC-13"]) == ("all", "too few")


def test_a_path_that_is_not_there_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chains", "list", "--chains", "nowhere"]) == 2
    assert "no file or folder 'nowhere'" in capsys.readouterr().err
