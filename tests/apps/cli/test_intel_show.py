from __future__ import annotations

import json

import pytest

from gamekeeper.__main__ import main


def test_a_group_is_shown_under_any_of_its_names(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "show", "vanguard panda"]) == 0
    assert capfd.readouterr().out.startswith("Volt Typhoon (G1017), ATT&CK")


def test_a_group_is_json_for_a_script(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "show", "G0007", "--json"]) == 0
    held = json.loads(capfd.readouterr().out)
    assert (held["name"], held["basis"], held["claims"]) == ("APT28", "techniques only", [])


def test_a_group_that_is_not_there_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "show", "G9999"]) == 2
    assert "there is no group 'G9999'" in capfd.readouterr().err
