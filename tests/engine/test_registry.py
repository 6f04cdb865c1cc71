from __future__ import annotations

import pytest

from gamekeeper.engine.registry import ENGINES, engine, witness
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.plan import Plan


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_in_the_list_can_be_made_and_knows_its_name(name: str) -> None:
    assert engine(name, Plan(RuleSet(()), ())).name == name


def test_there_is_a_witness() -> None:
    assert callable(witness(Plan(RuleSet(()), ())).gather)
