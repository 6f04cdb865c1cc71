from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gamekeeper.context.accounts import Accounts
from gamekeeper.rules.ir import RuleSet
from gamekeeper.tuning.conditions import Condition
from gamekeeper.tuning.observed import Sides
from gamekeeper.tuning.proposing import SELECTIONS_LIMIT, Harm, Proposal, Terms, propose

from .conftest import BACKUP, CMD, SYSTEM

Fields = dict[str, list[str]]


def process(**given: str) -> Fields:
    plain = {"image": CMD, "parentimage": BACKUP, "user": SYSTEM, "commandline": "cmd /c copy job"}
    return {name: [value] for name, value in (plain | given).items() if value}


def proposals(
    rules: RuleSet,
    benign: list[Fields],
    malicious: list[Fields] = [],  # noqa: B006
    *,
    is_whole: bool = True,
    harmful_rule: int = 0,
    minimum: int = 3,
) -> list[Proposal]:
    sides = Sides.of(rules)
    for fields in benign:
        sides.benign.add(0, "windows.sysmon", fields)
    for fields in malicious:
        sides.malicious.add(harmful_rule, "windows.sysmon", fields)
    harm = Harm(sides.malicious, is_whole=is_whole)
    return list(propose(sides, harm, Terms(minimum, Accounts())))


def keys(proposal: Proposal) -> list[dict[str, str]]:
    return [{one.key: one.value for one in sorted(found)} for found in proposal.selections]


def test_what_harmless_matches_have_in_common_is_proposed_as_narrowly_as_it_can_be(
    rules: RuleSet,
) -> None:
    commands = ("cmd /c copy job", "cmd /c move job", "cmd /c erase job")
    [found] = proposals(rules, [process(commandline=text) for text in commands])
    assert keys(found) == [{"Image": CMD, "ParentImage": BACKUP, "User": SYSTEM}]


def test_a_selection_that_is_true_of_something_harmful_is_never_chosen(rules: RuleSet) -> None:
    benign = [process()] * 4
    evil = process(commandline="cmd /c whoami /all")
    [found] = proposals(rules, benign, [evil])
    assert "CommandLine" in keys(found)[0]
    [found] = proposals(rules, benign, [process()])
    assert found.selections == ()
    assert found.reason == "whatever tells its harmless matches is also true of a harmful one"


@pytest.mark.parametrize("harmful_rule", [0, 1])
def test_harm_that_another_rule_has_found_counts_as_well(rules: RuleSet, harmful_rule: int) -> None:
    [found] = proposals(rules, [process()] * 4, [process()], harmful_rule=harmful_rule)
    assert found.selections == ()


def test_where_only_evidence_is_known_what_is_absent_may_be_anything(rules: RuleSet) -> None:
    evil = process(parentimage="", user="", commandline="")
    assert proposals(rules, [process()] * 4, [evil], is_whole=True)[0].selections
    assert not proposals(rules, [process()] * 4, [evil], is_whole=False)[0].selections
    other = process(parentimage="", user="", commandline="cmd /c whoami /all")
    [found] = proposals(rules, [process()] * 4, [other], is_whole=False)
    assert "CommandLine" in keys(found)[0]


@pytest.mark.parametrize(
    ("benign", "reason"),
    [
        ([process()] * 2, "no 3 of its harmless matches are alike"),
        ([process(parentimage="", user="", commandline="")] * 9, "nothing specific enough"),
        ([process(commandline="", parentimage="")] * 9, "nothing specific enough"),
    ],
)
def test_too_few_or_too_plain_ones_give_no_filter(
    rules: RuleSet, benign: list[Any], reason: str
) -> None:
    [found] = proposals(rules, benign)
    assert found.selections == ()
    assert reason in found.reason


def test_several_habits_become_several_selections_up_to_a_limit(rules: RuleSet) -> None:
    benign = [
        process(parentimage=f"C:\\agent{letter * 9}.exe", image=f"C:\\image{letter * 9}.exe")
        for letter in "abcdefgh"
        for _ in range(3)
    ]
    for number, fields in enumerate(benign):
        fields["commandline"] = [f"command {'x' * (number + 9)}"]
        fields["user"] = [SYSTEM]
    [found] = proposals(rules, benign)
    assert len(found.selections) == SELECTIONS_LIMIT
    assert len(set(found.selections)) == SELECTIONS_LIMIT


def test_the_order_of_events_does_not_matter(rules: RuleSet) -> None:
    benign = [process(commandline=f"cmd /c copy {'x' * (n % 4)}job") for n in range(12)]
    assert proposals(rules, benign) == proposals(rules, benign[::-1])


def test_a_file_or_a_host_is_never_asked(rules: RuleSet) -> None:
    fields = process() | {"computer": ["pc.example.org"], "ipaddress": ["10.0.0.1"]}
    [found] = proposals(rules, [fields] * 3)
    asked = {condition.field for selection in found.selections for condition in selection}
    assert asked == {"Image", "ParentImage", "User", "CommandLine"}
    assert Condition("User", "", SYSTEM) in found.selections[0]


def test_rules_for_correlations_alone_alarm_nobody(rules: RuleSet) -> None:
    silent = replace(rules, rules=tuple(replace(rule, reported=False) for rule in rules.rules))
    assert proposals(silent, [process()] * 4) == []
