from __future__ import annotations

import pytest

from gamekeeper.rules.choice import RuleChoice
from gamekeeper.rules.ir import LogSource, Op, Predicate, Rule

RULE = Rule(
    "1",
    "Hive saved",
    "high",
    "test",
    LogSource("windows", "process_creation"),
    Predicate("CommandLine", Op.CONTAINS, "reg save"),
    tags=("attack.t1003.002", "attack.credential-access"),
)


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        (RuleChoice(), True),
        (RuleChoice(levels=("low", "high")), True),
        (RuleChoice(levels=("low",)), False),
        (RuleChoice(statuses=("TEST",)), True),
        (RuleChoice(tags=("T1003",)), True),
        (RuleChoice(tags=("T1003.002",)), True),
        (RuleChoice(tags=("T100",)), False),
        (RuleChoice(tags=("attack.cred*",)), True),
        (RuleChoice(tags=("attack.t1003",)), False),
        (RuleChoice(logsources=("process_creation",)), True),
        (RuleChoice(logsources=("Windows/process_creation",)), True),
        (RuleChoice(logsources=("linux/process_creation",)), False),
        (RuleChoice(texts=("HIVE",)), True),
        (RuleChoice(texts=("Reg Save",)), True),
        (RuleChoice(texts=("commandline",)), True),
        (RuleChoice(texts=("absent",)), False),
        (RuleChoice(levels=("high",), texts=("absent",)), False),
    ],
)
def test_kinds_narrow_each_other(choice: RuleChoice, taken: bool) -> None:
    assert choice.takes(RULE) is taken


def test_a_choice_of_nothing_is_none() -> None:
    assert not RuleChoice()
    assert RuleChoice(texts=("x",))
