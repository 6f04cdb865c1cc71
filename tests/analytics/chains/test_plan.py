"""Chains bound: which rows feed which body, and what they carry."""

from __future__ import annotations

from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.placeholders import filled
from gamekeeper.analytics.chains.plan import ChainPlan, plan_chains

PLAN = plan_chains(builtin_chains())


def test_every_selection_becomes_a_rule_that_is_not_reported() -> None:
    wanted = sum(
        sum(not selection.placeholders for selection in step.selections)
        for chain in builtin_chains()
        for _, body in chain.bodies()
        for step in body.steps
    )
    assert len(PLAN.rules) == len(PLAN.steps) == wanted
    assert not any(rule.reported for rule in PLAN.rules)


def test_a_part_comes_before_the_body_that_takes_it() -> None:
    part, body = PLAN.body_of("SC-5", "pair"), PLAN.body_of("SC-5")
    (taker,) = part.takers
    assert (taker.body, body.body.steps[taker.role].name) == (body.number, "passed")
    assert part.number < body.number
    assert not part.is_reported


def test_a_body_that_no_log_could_satisfy_is_of_no_use() -> None:
    unread = {
        number
        for number, rule in enumerate(PLAN.rules)
        if rule.logsource.category == "firewall" or rule.logsource.product == "zeek"
    }
    useful = PLAN.useful(unread)
    assert PLAN.body_of("SC-13").number not in useful
    assert PLAN.body_of("SC-5", "pair").number not in useful
    assert {PLAN.body_of("SC-5").number, PLAN.body_of("SC-8", "shell").number} <= useful
    listless = {PLAN.body_of("SC-4", "named").number}
    assert PLAN.useful(()) == {bound.number for bound in PLAN.bodies} - listless


def test_a_selection_that_waits_for_a_list_is_no_rule_until_it_has_one() -> None:
    def of_lists(plan: ChainPlan) -> int:
        return sum(rule.id.startswith("chain:SC-4/named.") for rule in plan.rules)

    listed = filled(builtin_chains(), (("appliance_accounts", ("kestrel",)),))
    assert (of_lists(PLAN), of_lists(plan_chains(listed))) == (0, 5)


def test_rules_of_steps_have_ids_of_their_own() -> None:
    ids = [rule.id for rule in PLAN.rules]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("chain:") for one in ids)
