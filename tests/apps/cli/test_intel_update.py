from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper.__main__ import main

OBJECTS = [
    {
        "type": "intrusion-set",
        "id": "g",
        "name": "Odd\x1b[31m Group",
        "external_references": [{"external_id": "G0001"}],
    },
    {"type": "intrusion-set", "id": "x", "name": "Old", "revoked": True},
    {
        "type": "attack-pattern",
        "id": "t",
        "name": "NTDS",
        "external_references": [{"external_id": "T1003.003"}],
    },
    {"type": "relationship", "relationship_type": "uses", "source_ref": "g", "target_ref": "t"},
]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"type": "bundle", "objects": OBJECTS}))
    return path


def test_a_bundle_is_used_from_then_on(bundle: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "update", "--from", str(bundle), "--attack-version", "18.1"]) == 0
    said = capfd.readouterr().out
    assert "ATT&CK 18.1: 1 groups, 0 campaigns, 1 techniques" in said
    assert "left out, revoked or deprecated: 1" in said
    assert main(["intel", "show", "G0001"]) == 0
    shown = capfd.readouterr().out
    assert "Odd" in shown
    assert "\x1b" not in shown


def test_its_account_is_json(bundle: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["intel", "update", "--from", str(bundle), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["left_out"] == {"revoked or deprecated": 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "absent.json"], "absent.json"),
        (["--from", "BUNDLE", "--sha256", "00"], "not the bundle wanted"),
        (["--from", "http://example.invalid/attack.json"], "http"),
        ([], "--from"),
    ],
)
def test_what_cannot_be_had_is_said(
    bundle: Path, words: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["intel", "update", *(w.replace("BUNDLE", str(bundle)) for w in words)]) == 2
    assert said in capfd.readouterr().err


def test_what_is_no_bundle_is_said(bundle: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bundle.write_text("<html>")
    assert main(["intel", "update", "--from", str(bundle)]) == 2
    assert "is no JSON" in capfd.readouterr().err


@pytest.mark.corpus
def test_the_bundle_of_attack_is_taken_in_whole(
    corpus: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = corpus / "attack" / "enterprise-attack-18.1-lite.json"
    assert main(["intel", "update", "--from", str(path), "--json"]) == 0
    account = json.loads(capfd.readouterr().out)
    assert (account["groups"], account["campaigns"], account["techniques"]) == (172, 52, 691)
    assert account["left_out"] == {}
