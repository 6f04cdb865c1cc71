"""Filters narrow the rules that they name, and every filter is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gamekeeper.engine.reference import match_event
from gamekeeper.rules.filtering import covers
from gamekeeper.rules.ir import LogSource, RuleSet
from gamekeeper.rules.load import load_rules

ONE = "6f3e2987-db24-4c78-a860-b4f4095a7095"
RULE = """\
title: {title}
id: {identity}
logsource: {{product: windows, category: {category}}}
detection: {{s: {{Image|endswith: rar.exe}}, condition: s}}
"""
FILTER = """\
title: Administrators
id: admins
logsource: {{product: windows, category: process_creation}}
filter:
  rules: {rules}
  selection: {{User|startswith: adm_}}
  condition: {condition}
"""


def load(folder: Path, *texts: str) -> RuleSet:
    for number, text in enumerate(texts):
        (folder / f"{number}.yml").write_text(text)
    cache = folder.parent / f"{folder.name}-cache"
    fresh = load_rules([folder], cache_dir=cache)
    assert load_rules([folder], cache_dir=cache) == fresh
    return fresh


def base(title: str = "Rar", identity: str = ONE, category: str = "process_creation") -> str:
    return RULE.format(title=title, identity=identity, category=category)


def test_a_filter_becomes_part_of_the_condition(tmp_path: Path) -> None:
    text = FILTER.format(rules=f"[{ONE}]", condition="not selection")
    rules = load(tmp_path, text, base())
    assert match_event(rules, {"Image": "C:\\rar.exe", "User": "bob"}) == [ONE]
    assert match_event(rules, {"Image": "C:\\rar.exe", "User": "ADM_bob"}) == []
    assert [rule.filters for rule in rules.rules] == [("admins",)]
    (account,) = rules.filters
    assert (account.id, account.rules, account.missing) == ("admins", (ONE,), ())


def test_the_condition_is_joined_as_it_stands(tmp_path: Path) -> None:
    rules = load(tmp_path, FILTER.format(rules=ONE, condition="selection"), base())
    assert match_event(rules, {"Image": "C:\\rar.exe", "User": "bob"}) == []
    assert match_event(rules, {"Image": "C:\\rar.exe", "User": "adm_bob"}) == [ONE]


@pytest.mark.parametrize("word", ["any", "Any", "[]"])
def test_any_means_all_rules_of_the_log_source(tmp_path: Path, word: str) -> None:
    rules = load(
        tmp_path,
        FILTER.format(rules=word, condition="not selection"),
        base(),
        base("Other", "o", "file_event"),
        base("Third", "t"),
    )
    assert [rule.filters for rule in rules.rules] == [("admins",), (), ("admins",)]


def test_a_filter_without_its_rule_is_accounted_for(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        FILTER.format(rules="[nowhere]", condition="not selection"),
        FILTER.format(rules="[other]", condition="not selection").replace("admins", "second"),
        base("Other", "other", "file_event"),
    )
    assert {skipped.id: skipped.reason for skipped in rules.skipped} == {
        "admins": "filter: rule nowhere is not among the rules",
        "second": "filter: rule other has another log source",
    }
    assert rules.filters == ()


def test_a_filter_that_finds_a_part_says_so(tmp_path: Path) -> None:
    text = FILTER.format(rules=f"[{ONE}, nowhere]", condition="not selection")
    (account,) = load(tmp_path, text, base()).filters
    assert account.missing == ("rule nowhere is not among the rules",)


def test_a_malformed_filter_is_skipped(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        FILTER.format(rules="[a]", condition="nothing"),
        "title: F\nfilter: {selection: {a: b}, condition: selection}",
    )
    assert ["no detection named" in rules.skipped[0].reason, rules.skipped[1].reason] == [
        True,
        "the filter does not say which rules it is for: a list of them, or any",
    ]


def test_what_a_filters_log_source_leaves_open_may_be_anything() -> None:
    narrow = LogSource("windows", "process_creation", "")
    assert covers(LogSource("windows"), narrow)
    assert covers(LogSource("", "process_creation"), narrow)
    assert not covers(narrow, LogSource("windows"))


@pytest.mark.corpus
def test_the_examples_of_the_specification_are_read(corpus: Path, tmp_path: Path) -> None:
    folder = corpus / "sigma-spec-tests" / "tests" / "schema" / "filter"
    for path in sorted(folder.glob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        rule = {**document, "id": document["filter"]["rules"][0], "title": "Named"}
        rule["detection"] = {"s": {"a": "b"}, "condition": "s"}
        del rule["filter"]
        own = tmp_path / path.stem
        own.mkdir()
        rules = load(own, path.read_text(encoding="utf-8"), yaml.safe_dump(rule))
        assert [len(one.missing) for one in rules.filters] == [1]
