from __future__ import annotations

import json

import pytest

from gamekeeper.__main__ import main


def test_claims_and_disputes_are_listed_with_sources(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "claims"]) == 0
    said = capfd.readouterr().out
    assert "Secureworks (2023-05-24, as likely)" in said
    assert "disputed by:" in said


def test_claims_of_one_group_are_json_for_a_script(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "claims", "--group", "Volt Typhoon", "--json"]) == 0
    held = json.loads(capfd.readouterr().out)
    assert {one["group"] for one in held["claims"]} == {"G1017"}
    assert len(held["disputes"]) == 5


def test_a_group_without_claims_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "claims", "--group", "APT28"]) == 0
    assert capfd.readouterr().out == "The ledger of claims holds nothing of it.\n"
