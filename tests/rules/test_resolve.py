"""Rules of many files become one set that refers to itself, and every document is accounted for."""

from __future__ import annotations

from pathlib import Path

from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules

ONE = "00000000-0000-4000-8000-000000000001"
BASE = """\
title: Base
id: {identity}
name: {name}
logsource: {{product: windows, service: security}}
detection: {{s: {{EventID: 4688}}, condition: s}}
"""
COUNT = """\
title: {title}
name: {title}
correlation: {{type: event_count, rules: [{rules}], timespan: 5m, condition: {{gte: 2}}{more}}}
"""


def count(title: str, rules: str, more: str = "") -> str:
    return COUNT.format(title=title, rules=rules, more=more)


def load(folder: Path, **files: str) -> RuleSet:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text)
    cache = folder.parent / f"{folder.name}-cache"
    fresh = load_rules([folder], cache_dir=cache)
    assert load_rules([folder], cache_dir=cache) == fresh
    return fresh


def reasons(rules: RuleSet) -> dict[str, str]:
    return {skipped.title: skipped.reason for skipped in rules.skipped}


def test_references_go_across_files_by_name_and_by_id(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        a=count("X", "base") + "---\n" + count("Y", ONE.upper()),
        b=BASE.format(identity=ONE, name="base"),
    )
    assert [c.rules for c in rules.correlations] == [(ONE,), (ONE,)]
    assert [rule.reported for rule in rules.rules] == [False]


def test_generate_reports_the_named_rules(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        a=count("X", "base", ", generate: true") + "---\n" + count("Y", "base"),
        b=BASE.format(identity=ONE, name="base"),
    )
    assert [rule.reported for rule in rules.rules] == [True]


def test_a_correlation_comes_behind_those_that_it_names(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        a=count("Outer", "Inner") + "---\n" + count("Inner", "base"),
        b=BASE.format(identity=ONE, name="base"),
    )
    assert [(c.title, c.reported) for c in rules.correlations] == [
        ("Inner", False),
        ("Outer", True),
    ]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        a=count("X", "nowhere") + "---\n" + count("Y", "X"),
        b=count("Z", ONE),
        c=BASE.format(identity=ONE, name="base").replace("EventID", "EventID|wrong"),
    )
    found = reasons(rules)
    assert found["X"] == "correlation: rule nowhere is not among the rules"
    assert found["Y"] == "correlation: X cannot run: rule nowhere is not among the rules"
    assert "cannot run: detection 's'" in found["Z"]
    assert rules.correlations == ()


def test_rules_of_unusable_correlations_stand_alone(tmp_path: Path) -> None:
    rules = load(tmp_path, a=count("X", "base, nowhere"), b=BASE.format(identity=ONE, name="base"))
    assert [rule.reported for rule in rules.rules] == [True]


def test_circles_are_refused(tmp_path: Path) -> None:
    found = reasons(
        load(tmp_path, a=count("A", "B") + "---\n" + count("B", "A"), b=count("C", "C"))
    )
    assert found["A"].endswith("A refers back to it")
    assert found["B"] == "correlation: A refers back to it"
    assert found["C"] == "correlation: C refers back to it"


def test_long_chains_are_refused(tmp_path: Path) -> None:
    text = "---\n".join(count(f"C{number}", f"C{number + 1}") for number in range(30))
    rules = load(
        tmp_path,
        a=text + "---\n" + count("C30", "base") + "---\n" + BASE.format(identity=ONE, name="base"),
    )
    assert "a chain longer than 20" in reasons(rules)["C0"]


def test_fans_are_refused(tmp_path: Path) -> None:
    texts = [BASE.format(identity=ONE, name="c0x0")]
    for layer in range(1, 5):
        below = ", ".join(f"c{layer - 1}x{n}" for n in range(1 if layer == 1 else 11))
        texts += [count(f"c{layer}x{n}", below) for n in range(11)]
    found = reasons(load(tmp_path, a="---\n".join(texts)))
    assert set(found) == {f"c4x{n}" for n in range(11)}
    assert found["c4x0"] == "correlation: it refers to rules in more than 1,000 ways"


def test_a_name_of_many_rules_is_refused_unless_one_is_near(tmp_path: Path) -> None:
    two = ONE.replace("1", "2")
    rules = load(
        tmp_path,
        a=BASE.format(identity=ONE, name="base") + "---\n" + count("Near", "base"),
        b=BASE.format(identity=two, name="base"),
        c=count("Far", "base"),
    )
    assert [c.rules for c in rules.correlations] == [(ONE,)]
    assert reasons(rules) == {"Far": "correlation: 2 rules are called 'base'"}


def test_copies_of_a_rule_are_no_doubt(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        a=BASE.format(identity=ONE, name="base"),
        b=BASE.format(identity=ONE, name="base"),
        c=count("Far", "base"),
    )
    assert [c.rules for c in rules.correlations] == [(ONE,)]


def test_aliases_name_rules_that_are_named(tmp_path: Path) -> None:
    alias = ", aliases: {who: {other: TargetUserName}}"
    rules = load(
        tmp_path,
        a=count("X", "base", alias),
        b=BASE.format(identity=ONE, name="base"),
        c=BASE.format(identity=ONE.replace("1", "2"), name="other"),
    )
    assert reasons(rules) == {"X": "correlation: the alias 'who' names other, the rules do not"}
