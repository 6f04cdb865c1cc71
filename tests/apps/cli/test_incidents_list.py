from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main
from gamekeeper.apps.cli.incidents_list import chosen
from gamekeeper.errors import UsageError

FOUND = [
    {"id": "3fa9aa", "rank": 1, "supersedes": ["old"]},
    {"id": "3fb0bb", "rank": 2, "supersedes": []},
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("1", "3fa9aa"), ("3fb", "3fb0bb"), ("3fb0bb", "3fb0bb"), ("old", "3fa9aa")],
)
def test_an_incident_is_meant_by_rank_by_id_or_by_its_beginning(name: str, expected: str) -> None:
    assert chosen(FOUND, name)["id"] == expected


@pytest.mark.parametrize(
    ("name", "message"), [("3f", "more than one"), ("9", "no incident"), ("x", "no")]
)
def test_a_name_that_means_none_or_several_is_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        chosen(FOUND, name)


def test_a_case_without_incidents_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="gamekeeper rehunt"):
        chosen([], "1")


def test_incidents_of_a_hunt_are_listed_shown_decided_and_exported(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case, logs = str(tmp_path / "case"), str(tmp_path / "world")
    assert (
        main(["simulate", logs, "--days", "1", "--hosts", "6", "--intrusion", "volt-typhoon", "-q"])
        == 0
    )
    assert main(["hunt", f"{logs}/logs", "--case", case, "--rules", "builtin", "-q"]) == 10
    capfd.readouterr()
    assert main(["incidents", "list", "--case", case, "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found[0]["rank"] == 1
    assert main(["incidents", "show", "--case", case, "1"]) == 0
    assert found[0]["headline"] in capfd.readouterr().out
    decided = ["incidents", "decide", "--case", case, found[0]["id"], "--status", "confirmed"]
    assert main([*decided, "--owner", "ann"]) == 0
    assert main(["rehunt", "--case", case, "--rules", "builtin", "-q"]) == 10
    capfd.readouterr()
    assert main(["incidents", "list", "--case", case, "--json"]) == 0
    again = json.loads(capfd.readouterr().out)
    assert [one["id"] for one in again] == [one["id"] for one in found]
    assert again[0]["disposition"]["status"] == "confirmed"
    assert main(["incidents", "export", "--case", case]) == 0
    assert "\n# 1\\. " in capfd.readouterr().out
