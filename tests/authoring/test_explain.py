from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gamekeeper.authoring.cost import CostClass
from gamekeeper.authoring.explain import explain, find_rule, only_rule
from gamekeeper.errors import UsageError
from gamekeeper.rules.load import load_rules

Write = Callable[..., Path]


def test_a_rule_looks_at_two_logs_under_two_names(written: Write) -> None:
    explained = explain(load_rules([written()]).rules[0])
    sysmon, security = explained.looks
    assert (sysmon.log, sysmon.fields) == ("Microsoft-Windows-Sysmon/Operational 1", ())
    assert security.log == "Security 4688"
    assert dict(security.fields) == {"Image": "NewProcessName", "ParentImage": "ParentProcessName"}
    assert security.cost.kind is CostClass.WITNESSED
    assert not security.is_blind


def test_a_log_without_a_field_may_be_blind(written: Write) -> None:
    path = written(("Image|endswith: '\\reg.exe'", "Company: x"))
    sysmon, security = explain(load_rules([path]).rules[0]).looks
    assert (sysmon.unknown, sysmon.is_blind) == ((), False)
    assert (security.unknown, security.is_blind) == (("Company",), True)


def test_a_rule_that_looks_nowhere_says_why(written: Write) -> None:
    path = written(("product: windows", "product: linux"))
    explained = explain(load_rules([path]).rules[0])
    assert explained.looks == ()
    assert "does not read" in explained.unroutable


@pytest.mark.parametrize("word", ["4F6B8A3E-1f8e-4f0a-9a55-0d3a4f6f2a10", "hive saved", "rule"])
def test_a_rule_is_found_by_id_title_or_file(written: Write, word: str) -> None:
    assert find_rule(load_rules([written()]), word).title == "Hive saved"


def test_a_rule_that_is_not_there_is_bad_use(written: Write) -> None:
    rules = load_rules([written()])
    with pytest.raises(UsageError, match="did you mean 'Hive saved'"):
        find_rule(rules, "Hive svaed")


def test_a_rule_that_cannot_be_used_is_told_with_its_reason(written: Write) -> None:
    rules = load_rules([written(("contains", "contians"))])
    with pytest.raises(UsageError, match="cannot be used"):
        find_rule(rules, "Hive saved")
    with pytest.raises(UsageError, match="cannot be used"):
        only_rule(rules, "rule.yml")


def test_a_file_gives_its_first_rule(written: Write) -> None:
    assert only_rule(load_rules([written()]), "x").title == "Hive saved"
