"""All of SigmaHQ: every file accounted for, in good time, and quiet on ordinary logs."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from gamekeeper.model.reasons import NO_EVENT_LOG, NO_VALUES, UNREAD_LOG
from gamekeeper.rules.changes import wanted
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.routing import build_plan

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def rules(corpus: Path, cache: Path) -> RuleSet:
    return load_rules([corpus / "sigma-rules"], cache_dir=cache)


def test_every_file_is_a_usable_rule_or_has_a_reason(corpus: Path, rules: RuleSet) -> None:
    files = len(list((corpus / "sigma-rules").rglob("*.yml")))
    assert len(rules.rules) + len(rules.skipped) == files == 3_780
    assert all(rule.reason for rule in rules.skipped)
    kinds = Counter("placeholder" in rule.reason for rule in rules.skipped)
    assert kinds == {True: 25}


def test_ids_are_unique(rules: RuleSet) -> None:
    assert len({rule.id for rule in rules.rules}) == len(rules.rules)


def test_every_windows_rule_finds_a_log_or_none_exists(rules: RuleSet) -> None:
    plan = build_plan(rules)
    reasons = {
        reason
        for position, reason in plan.unroutable.items()
        if rules.rules[position].logsource.product == "windows"
    }
    assert all("ETW provider" in reason for reason in reasons)
    bound = {b.rule for b in plan.bound}
    assert bound.isdisjoint(plan.unroutable)
    assert len(bound) + len(plan.unroutable) == len(rules.rules)


def test_nothing_but_values_and_logs_is_lacking(rules: RuleSet) -> None:
    reasons = [*(rule.reason for rule in rules.skipped), *build_plan(rules).unroutable.values()]
    known = (NO_VALUES, UNREAD_LOG, NO_EVENT_LOG)
    assert Counter(next(k for k in known if reason.startswith(k)) for reason in reasons) == {
        NO_VALUES: 25,
        UNREAD_LOG: 890,
        NO_EVENT_LOG: 15,
    }


def test_a_second_load_is_quick_and_equal(corpus: Path, cache: Path, rules: RuleSet) -> None:
    start = time.process_time()
    again = load_rules([corpus / "sigma-rules"], cache_dir=cache)
    took = time.process_time() - start
    assert again == rules
    assert took < 2  # 0.3 s on a quiet machine


def test_a_pipeline_that_does_nothing_leaves_every_rule_as_it_is(
    corpus: Path, rules: RuleSet, tmp_path: Path
) -> None:
    path = tmp_path / "nothing.yml"
    path.write_text("transformations: [{type: set_state, key: a, val: b}]\n")
    same = load_rules([corpus / "sigma-rules"], changed=wanted([path]))
    assert same.rules == rules.rules
    assert [rule.id for rule in same.skipped] == [rule.id for rule in rules.skipped]


def test_lists_make_the_rules_with_placeholders_usable(
    corpus: Path, rules: RuleSet, tmp_path: Path
) -> None:
    names = {
        name
        for skipped in rules.skipped
        for name in re.findall(r"%([^%]+)%", (corpus / skipped.path).read_text(encoding="utf-8"))
    }
    path = tmp_path / "lists.yml"
    path.write_text("".join(f"{name!r}: [one, 'two*']\n" for name in sorted(names)))
    full = load_rules([corpus / "sigma-rules"], changed=wanted((), path))
    assert len(full.rules) == len(rules.rules) + 25
    assert full.skipped == ()
