from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.rules import GOOD
from gamekeeper.authoring.lint import check_rules

BOTH = "    - attack.credential-access\n    - attack.t1003.002\n"


@pytest.mark.parametrize(
    ("old", "new", "check", "severity", "message"),
    [
        (f"tags:\n{BOTH}", "", "missing_attack_tags", "warning", "technique or tactic"),
        ("    - attack.t1003.002\n", "", "missing_attack_tags", "note", "no tag names"),
        ("t1003.002", "t1003.099", "unknown_attack_tags", "warning", "T1003 ends with T1003.008"),
        (
            "t1003.002",
            "t1003.002\n    - attack.t11003",
            "unknown_attack_tags",
            "warning",
            "did you mean 'T1003'",
        ),
        ("credential-access", "credential-acces", "unknown_attack_tags", "warning", "did you mean"),
        ("t1003.002", "t1070.001", "unknown_attack_tags", "note", "T1685.005 since ATT&CK v19"),
    ],
)
def test_tags_that_lead_nowhere(
    written: Callable[..., Path], old: str, new: str, check: str, severity: str, message: str
) -> None:
    (remark,) = check_rules([written((old, new))]).remarks
    assert (remark.check, remark.severity) == (check, severity)
    assert message in remark.message


@pytest.mark.parametrize("tag", ["attack.g0049", "attack.ta0002", "attack.t1685.005", "cve.2024-1"])
def test_tags_that_are_right(written: Callable[..., Path], tag: str) -> None:
    change = ("attack.t1003.002", f"attack.t1003.002\n    - {tag}")
    assert check_rules([written(change)]).remarks == ()


def test_an_informational_rule_may_do_without_tags(written: Callable[..., Path]) -> None:
    level = re.search(r"level: \w+", GOOD)
    assert level
    changes = ((f"tags:\n{BOTH}", ""), (level[0], "level: informational"))
    assert {remark.severity for remark in check_rules([written(*changes)]).remarks} == {"note"}
