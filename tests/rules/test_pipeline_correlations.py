"""Correlations keep step with the rules that pipelines change."""

from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.model.findings import PipelineAccount
from gamekeeper.rules.changes import wanted
from gamekeeper.rules.correlation_ir import Correlation
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules

RULES = """\
title: Failed
name: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Linux
name: linux
logsource: {product: linux}
detection: {s: {a: b}, condition: s}
"""
COUNT = """\
---
title: Many users
name: many
id: 00000000-0000-4000-8000-00000000000c
tags: [attack.t1110]
correlation:
  type: value_count
  rules: [failed, linux]
  group-by: [host, who]
  aliases: {who: {failed: user, linux: name}}
  timespan: 5m
  condition: {field: user, gt: 1, lte: 9}
"""
ABSENCE = """\
---
title: Nothing after many
correlation:
  type: absence
  rules: [many, failed]
  group-by: [host]
  timespan: 5m
"""
NAMES = "{type: field_name_mapping, mapping: {host: Computer, user: TargetUserName, who: WRONG}"


def load(tmp_path: Path, text: str, *items: str) -> RuleSet:
    (tmp_path / "rules.yml").write_text(text)
    (tmp_path / "p.pipe").write_text(f"transformations: [{', '.join(items)}]\n")
    return load_rules([tmp_path / "rules.yml"], changed=wanted([tmp_path / "p.pipe"]))


def only(rules: RuleSet) -> Correlation:
    (found,) = rules.correlations
    return found


def test_groups_aliases_and_counted_fields_are_renamed(tmp_path: Path) -> None:
    rules = load(tmp_path, RULES + COUNT, NAMES + "}")
    found = only(rules)
    assert found.group_by == ("Computer", "who")
    assert found.fields == ("TargetUserName",)
    (alias,) = found.aliases
    assert (alias.name, [field for _, field in alias.fields]) == ("who", ["TargetUserName", "name"])
    assert [(limit.op, limit.number) for limit in found.limits] == [("gt", 1), ("lte", 9)]
    assert rules.pipelines == (PipelineAccount(f"{tmp_path}/p.pipe", "", 3, 0),)


@pytest.mark.parametrize(("product", "group"), [("windows", "Computer"), ("macos", "host")])
def test_a_log_source_is_that_of_any_of_the_rules(tmp_path: Path, product: str, group: str) -> None:
    condition = f", rule_conditions: [{{type: logsource, product: {product}}}]}}"
    rules = load(tmp_path, RULES + COUNT + ABSENCE, NAMES + condition)
    assert [found.group_by[0] for found in rules.correlations] == [group, group]


def test_what_nothing_takes_stays_as_it_is(tmp_path: Path) -> None:
    plain = load_rules([_written(tmp_path)])
    rules = load(tmp_path, RULES + COUNT + ABSENCE, "{type: set_state, key: a, val: b}")
    assert rules.correlations == plain.correlations


def _written(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yml"
    path.write_text(RULES + COUNT + ABSENCE)
    return path


def test_a_correlation_can_be_refused_and_takes_those_above_along(tmp_path: Path) -> None:
    failure = (
        "{type: rule_failure, message: not here, "
        "rule_conditions: [{type: is_sigma_correlation_rule}, {type: tag, tag: attack.t1110}]}"
    )
    rules = load(tmp_path, RULES + COUNT + ABSENCE, failure)
    reasons = {skipped.title: skipped.reason for skipped in rules.skipped}
    assert reasons["Many users"] == f"pipeline {tmp_path}/p.pipe: not here"
    assert "many" in reasons["Nothing after many"]
    assert rules.correlations == ()


def test_one_alias_for_two_fields_is_refused(tmp_path: Path) -> None:
    rules = load(tmp_path, RULES + COUNT, "{type: field_name_mapping, mapping: {name: [one, two]}}")
    assert "alias" in {s.title: s.reason for s in rules.skipped}["Many users"]
