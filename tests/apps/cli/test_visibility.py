from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main


def test_the_answers_come_first(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["visibility", str(logs), "-q"])
    assert capfd.readouterr().out.startswith("Could it have been seen?")


def test_json_holds_every_check(logs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["visibility", str(logs), "--json", "-q"])
    assert len(json.loads(capfd.readouterr().out)["checks"]) == 39


def test_a_failing_check_gives_exit_code_ten(logs: Path) -> None:
    assert main(["visibility", str(logs), "-q"]) == 10


def test_an_asset_list_tells_roles(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hosts.csv").write_text("host,role\nJUMP99,jump host\n")
    main(["visibility", str(logs), "--assets", str(tmp_path / "hosts.csv"), "--json", "-q"])
    hosts = json.loads(capfd.readouterr().out)["hosts"]
    roles = {host["host.name"]: host["roles"] for host in hosts}
    assert roles["JUMP99"] == ["jump host", "server"]


def test_the_reports_are_written_without_a_verdict(logs: Path, tmp_path: Path) -> None:
    main(["visibility", str(logs), "--out", str(tmp_path / "out"), "-q"])
    assert (tmp_path / "out" / "visibility.json").is_file()
    assert json.loads((tmp_path / "out" / "verdict.json").read_text()) == {}


def test_nothing_readable_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("no log")
    assert main(["visibility", str(tmp_path), "-q"]) == 3
