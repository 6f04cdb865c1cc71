from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from gamekeeper.rules.attack import Attack, in_v18, in_v19
from gamekeeper.rules.techniques import TACTICS, techniques


def test_both_ends_of_the_bridge_are_known() -> None:
    for name in techniques():
        assert in_v19(name) in techniques()
        assert set(in_v18(Attack((), (name,))).techniques) <= techniques()
    assert len(set(TACTICS)) == len(TACTICS) == 16


@pytest.mark.corpus
def test_the_table_is_what_attack_publishes(corpus: Path) -> None:
    (path,) = (corpus / "attack").glob("enterprise-attack-18*.json")
    published = {
        reference["external_id"]
        for item in orjson.loads(path.read_bytes())["objects"]
        if item["type"] == "attack-pattern"
        for reference in item["external_references"]
        if reference["source_name"] == "mitre-attack"
    }
    assert published <= techniques()
    assert all(
        in_v18(Attack((), (name,))).techniques != (name,) for name in techniques() - published
    )
