"""Tags become tactics and techniques; v18 and v19 meet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gamekeeper import content
from gamekeeper.rules.attack import Attack, attack_of, in_v18, in_v19


def test_spellings_of_many_years() -> None:
    tags = ["attack.Defense_Evasion", "attack.TA0002", "attack.T1059.001", "attack.t1059.001"]
    assert attack_of([*tags, "attack.s0002", "car.2016-04-002", "attack.", "tlp.red"]) == Attack(
        ("defense-evasion", "execution"), ("T1059.001",)
    )


def test_new_words_in_old_ones() -> None:
    new = Attack(("stealth", "defense-impairment", "execution"), ("T1685", "T1685.005", "T1047"))
    assert in_v18(new) == Attack(
        ("defense-evasion", "execution"), ("T1562.001", "T1070.001", "T1047")
    )


def test_old_numbers_in_new_ones() -> None:
    old = ["T1070.001", "T1562.004", "T1562", "T1211", "T1059"]
    assert [in_v19(t) for t in old] == ["T1685.005", "T1686", "T1685", "T1211", "T1059"]


@pytest.mark.corpus
def test_every_predecessor_exists_in_v18(corpus: Path) -> None:
    bundle = json.loads((corpus / "attack/enterprise-attack-18.1-lite.json").read_text())
    known = {
        reference["external_id"]
        for item in bundle["objects"]
        for reference in item.get("external_references", ())
        if item["type"] == "attack-pattern"
    }
    table = content.load_yaml("attack_crosswalk.yml")["techniques"]
    revoked = {"T1562.013", "T1562.011"}  # both are in the bundle or were just before it
    assert {old for ids in table.values() for old in ids} - known <= revoked
    assert not set(table) & known
