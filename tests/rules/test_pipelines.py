"""Pipelines as files: what they do, what they cannot, and what is said of it.

What rules mean after a pipeline stands in the golden table of semantics.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.model.findings import PipelineAccount
from gamekeeper.rules.changes import wanted
from gamekeeper.rules.files import RuleFile
from gamekeeper.rules.ir import RuleSet, predicates
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.pipelines import Pipelines

RULES = """\
title: Process
id: 00000000-0000-4000-8000-000000000001
tags: [attack.t1059]
level: high
fields: [proc, host]
logsource: {product: windows, category: process_creation}
detection: {s: {proc: x}, condition: s}
---
title: Linux
id: 00000000-0000-4000-8000-000000000002
logsource: {product: linux}
detection: {s: {proc: x}, condition: s}
---
title: Filter
id: 00000000-0000-4000-8000-000000000003
logsource: {product: windows}
filter: {rules: any, s: {proc: y}, condition: not s}
"""
RENAMING = """\
name: names
transformations: [{id: names, type: field_name_mapping, mapping: {proc: Image}}]
"""
FAILING = """\
priority: -5
transformations:
- type: rule_failure
  message: "no such\\nlog here"
  rule_conditions: [{type: logsource, product: linux}]
"""


def load(tmp_path: Path, *pipelines: str, rules: str = RULES, **more: Any) -> RuleSet:
    (tmp_path / "rules.yml").write_text(rules)
    paths = []
    for number, text in enumerate(pipelines):
        paths.append(tmp_path / f"{number}.pipe")
        paths[-1].write_text(text)
    return load_rules([tmp_path / "rules.yml"], changed=wanted(paths), **more)


def test_rules_and_filters_are_changed_and_counted(tmp_path: Path) -> None:
    rules = load(tmp_path, RENAMING, FAILING)
    (rule,) = rules.rules
    assert [p.text for p in _leaves(rule.condition)] == ["Image: 'x'", "Image: 'y'"]
    assert rule.fields == ("Image", "host")
    (skipped,) = rules.skipped
    assert skipped.title == "Linux"
    assert skipped.reason == f"pipeline {tmp_path}/1.pipe: no such log here"
    # The failing one has the lower number: it came first, so the other saw no more of that rule.
    assert rules.pipelines == (
        PipelineAccount(f"{tmp_path}/1.pipe", "", 0, 1),
        PipelineAccount(f"{tmp_path}/0.pipe", "names", 2, 0),
    )


def _leaves(node: Any) -> list[Any]:
    return list(predicates(node))


def test_a_pipeline_without_transformations_changes_nothing(tmp_path: Path) -> None:
    plain, same = load(tmp_path), load(tmp_path, "name: nothing\n")
    assert (same.rules, same.skipped) == (plain.rules, plain.skipped)
    assert same.digest != plain.digest


def test_the_cache_knows_the_content_of_pipelines_and_lists(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = load(tmp_path, RENAMING, cache_dir=cache)
    calls: list[int] = []
    again = load(tmp_path, RENAMING, cache_dir=cache, progress=lambda done, _: calls.append(done))
    assert (again, calls) == (first, [])
    assert again.pipelines == first.pipelines
    other = load(tmp_path, RENAMING.replace("Image", "User"), cache_dir=cache)
    assert other.rules != first.rules
    (tmp_path / "lists.yml").write_text("a: 1\n")
    listed = load_rules([tmp_path / "rules.yml"], changed=wanted((), tmp_path / "lists.yml"))
    assert listed.digest not in {first.digest, other.digest}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not valid YAML"),
        ("", "it is no pipeline"),
        ("- a\n", "it is no pipeline"),
        ("name: a\n---\nname: b\n", "it is no pipeline"),
        ("detection: {}\nfoo: {a: 1}\n", "foo"),
        ("transformations: {a: 1}\n", "transformations is no list"),
        ("transformations: [x]\n", "a transformation is no map"),
        ("transformations: [{type: absent}]\n", "Unknown transformation type 'absent'"),
        ("transformations: [{id: a}]\n", "Missing transformation type"),
        ("transformations: [{type: field_name_mapping}]\n", "mapping"),
        ("transformations: [{type: replace_string, regex: '(', replacement: x}]\n", "invalid"),
        (
            "transformations: [{type: set_state, key: a, val: b, rule_conditions: [{type: x}]}]",
            "'x'",
        ),
        (
            "transformations: [{type: command_placeholders, command: id}]\n",
            "no command is run here",
        ),
        ("transformations: [{type: http_placeholders, url: x}]\n", "nothing is fetched here"),
        ("transformations: [{type: file_placeholders, path: x}]\n", "--placeholders"),
        (
            "transformations: [{type: nest, items: [{type: http_placeholders}]}]\n",
            "nothing is fetched",
        ),
        ("transformations: [{type: field_name_transform}]\n", "a file cannot hold"),
        ("priority: high\n", "priority is a number"),
        ("vars: [a]\n", "vars a map"),
    ],
)
def test_a_pipeline_that_cannot_be_used_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        Pipelines([RuleFile("p.yml", text.encode())])
    message = str(caught.value)
    assert message.startswith("pipeline p.yml cannot be used: ")
    assert said in message
    assert "\n" not in message


def test_a_file_that_cannot_be_read_says_why() -> None:
    with pytest.raises(UsageError, match=r"p\.yml cannot be used: not a regular file"):
        Pipelines([RuleFile("p.yml", reason="not a regular file")])


def test_what_has_no_meaning_here_is_named() -> None:
    text = (
        "transformations:\n"
        "- {type: nest, items: [{type: set_custom_attribute, attribute: a, value: b}]}\n"
        "- {type: query_expression_placeholders, expression: x}\n"
        "postprocessing: [{type: template, template: x}]\n"
        "finalizers: [{type: concat}]\n"
        "allowed_backends: [splunk, sentinel]\n"
    )
    (account,) = Pipelines([RuleFile("p.yml", text.encode())]).accounts()
    assert account.ignored == (
        "postprocessing: there are no queries here",
        "finalizers: there are no queries here",
        "set_custom_attribute: it is for backends",
        "query_expression_placeholders: it is for backends: rules with such placeholders are skipped",
        "allowed_backends: it is meant for splunk, sentinel",
    )


def test_attributes_of_a_rule_can_be_asked_for(tmp_path: Path) -> None:
    conditions = [
        "{type: tag, tag: attack.t1059}",
        "{type: rule_attribute, attribute: level, value: high}",
        "{type: rule_attribute, attribute: title, value: Process}",
        "{type: contains_field, field: proc}",
    ]
    for condition in conditions:
        text = (
            "transformations: [{type: rule_failure, message: found, "
            f"rule_conditions: [{condition}, {{type: logsource, product: windows}}]}}]\n"
        )
        found = load(tmp_path, text)
        assert [s.title for s in found.skipped if "found" in s.reason][:1] == ["Process"], condition


def test_malformed_attributes_are_no_reason_to_skip_a_rule(tmp_path: Path) -> None:
    odd = RULES.replace("level: high", "level: 7\ndate: never\nrelated: x\nreferences: {a: b}")
    assert load(tmp_path, RENAMING, rules=odd).rules[0].title == "Process"


def test_long_lists_of_variables_are_taken(tmp_path: Path) -> None:
    values = ", ".join(f"u{n}" for n in range(1_000))
    pipeline = f"vars: {{many: [{values}]}}\ntransformations: [{{type: value_placeholders}}]\n"
    rules = RULES.replace("{proc: x}", "{'User|expand': '%many%'}")
    assert len(_leaves(load(tmp_path, pipeline, rules=rules).rules[0].condition)) == 1_001
