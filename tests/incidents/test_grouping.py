from __future__ import annotations

import pytest

from gamekeeper.incidents.grouping import Group, Grouper, Limits, short_name
from gamekeeper.model.findings import RuleAccount

from .conftest import MakeBatch

Rules = tuple[RuleAccount, ...]


def groups_of(
    rules: Rules, batch: MakeBatch, rows: list[dict[str, object]], limits: Limits | None = None
) -> tuple[list[int], list[Group]]:
    grouper = Grouper(rules, limits or Limits())
    return grouper.assign(batch(rows)).tolist(), grouper.groups


def test_same_rule_host_account_and_shape_is_one_group(rules: Rules, batch: MakeBatch) -> None:
    numbers, groups = groups_of(
        rules,
        batch,
        [
            {"fields": {"CommandLine": "dump 1111"}},
            {"fields": {"CommandLine": "DUMP 22222"}, "host": "dc01", "user": "corp\\ANN"},
            {"fields": {"CommandLine": "dump 1111"}, "rule": 1},
            {"fields": {"CommandLine": "dump 1111"}, "host": "WS01.corp.example"},
            {"fields": {"CommandLine": "dump 1111"}, "user": "CORP\\bob"},
            {"fields": {"CommandLine": "list 1111"}},
        ],
    )
    assert numbers == [0, 0, 1, 2, 3, 4]
    assert (groups[0].host, groups[0].account) == ("DC01", "CORP\\ann")
    assert groups[0].shape == "CommandLine: dump <n>"
    assert len({group.id for group in groups}) == 5


def test_a_host_has_one_spelling_in_all_groups(rules: Rules, batch: MakeBatch) -> None:
    _, groups = groups_of(rules, batch, [{"host": "Ws01"}, {"host": "WS01", "rule": 1}])
    assert [group.host for group in groups] == ["Ws01", "Ws01"]


def test_ids_do_not_depend_on_what_else_was_met(rules: Rules, batch: MakeBatch) -> None:
    _, one = groups_of(rules, batch, [{"host": "a"}, {"host": "b"}])
    _, other = groups_of(rules, batch, [{"host": "B.corp"}])
    assert one[1].id == other[0].id
    assert len(one[1].id) == 16


def test_rules_of_one_id_are_one_rule(batch: MakeBatch) -> None:
    rules = (RuleAccount("r", "A", "low", "matched"), RuleAccount("r", "A", "low", "matched"))
    assert groups_of(rules, batch, [{"rule": 0}, {"rule": 1}])[0] == [0, 0]


def test_rules_without_id_stay_apart(batch: MakeBatch) -> None:
    rules = tuple(RuleAccount("", "A", "low", "matched", path=path) for path in ("a", "b"))
    numbers, groups = groups_of(rules, batch, [{"rule": 0}, {"rule": 1}])
    assert numbers == [0, 1]
    assert groups[0].id != groups[1].id


def test_too_many_shapes_on_a_host_become_one_group(rules: Rules, batch: MakeBatch) -> None:
    rows: list[dict[str, object]] = [
        {"fields": {"CommandLine": word}} for word in ("a", "b", "c", "d", "a", "c")
    ]
    rows += [{"fields": {"CommandLine": "c"}, "host": "WS01"}]
    numbers, groups = groups_of(rules, batch, rows, Limits(shapes_per_host=2))
    assert numbers == [0, 1, 2, 2, 0, 2, 3]
    assert groups[2].shape == "(other accounts and shapes: more than 2 on this host)"
    assert (groups[2].host, groups[2].account) == ("DC01", "")


def test_too_many_groups_become_one_a_rule(rules: Rules, batch: MakeBatch) -> None:
    rows: list[dict[str, object]] = [{"host": name} for name in "abcdea"]
    numbers, groups = groups_of(rules, batch, rows, Limits(groups=3, kept_per_rule=2))
    assert numbers == [0, 1, 2, 3, 3, 0]
    assert groups[3].shape == "(other hosts, accounts and shapes: more than 3 findings)"
    assert groups[3].host == ""


def test_noise_leaves_room_for_other_rules(rules: Rules, batch: MakeBatch) -> None:
    rows: list[dict[str, object]] = [{"host": name} for name in "abcd"]
    rows += [{"host": name, "rule": 1} for name in "xyz"]
    numbers, groups = groups_of(rules, batch, rows, Limits(groups=3, kept_per_rule=2))
    assert numbers == [0, 1, 2, 3, 4, 5, 6]
    assert [group.host for group in groups] == ["a", "b", "c", "", "x", "y", ""]


@pytest.mark.parametrize("cut", [1, 2, 7])
def test_the_cut_of_batches_does_not_matter(cut: int, rules: Rules, batch: MakeBatch) -> None:
    rows: list[dict[str, object]] = [
        {"fields": {"CommandLine": "x" * (n % 5)}, "host": f"h{n % 3}", "rule": n % 2}
        for n in range(30)
    ]
    limits = Limits(shapes_per_host=2, groups=9, kept_per_rule=1)
    whole = Grouper(rules, limits)
    expected = whole.assign(batch(rows)).tolist()
    parts = Grouper(rules, limits)
    numbers = [
        n for i in range(0, 30, cut) for n in parts.assign(batch(rows[i : i + cut])).tolist()
    ]
    assert numbers == expected
    assert parts.groups == whole.groups


def test_no_host_and_no_account_are_a_group_too(rules: Rules, batch: MakeBatch) -> None:
    _, groups = groups_of(rules, batch, [{"host": None, "user": None}])
    assert (groups[0].host, groups[0].account) == ("", "")


def test_short_names() -> None:
    names = ["DC01.corp.example", "fe80::1", "192.168.1.1", ".odd", ""]
    assert [short_name(name) for name in names] == ["DC01", "fe80::1", "192.168.1.1", ".odd", ""]
