"""What a hunt says of chains that it did not find."""

from __future__ import annotations

from collections import Counter

from gamekeeper.analytics.chains.accounts import chain_accounts
from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.plan import plan_chains
from gamekeeper.model.chains import CHAIN_STATUSES, ChainAccount
from gamekeeper.model.findings import RuleAccount

PLAN = plan_chains(builtin_chains())


def accounts(dead: str = "", hits: dict[str, int] | None = None) -> dict[str, ChainAccount]:
    """The accounts where the steps that a word is in have no log."""
    rules = [
        RuleAccount(rule.id, rule.title, rule.level, "no_such_log", "no log of it")
        if dead and dead in rule.id
        else RuleAccount(rule.id, rule.title, rule.level, "no_match", events_evaluated=5)
        for rule in PLAN.rules
    ]
    left = Counter({(PLAN.body_of("SC-9").number, "have no account"): 3})
    return {one.id: one for one in chain_accounts(PLAN, rules, hits or {}, left)}


def test_a_chain_with_all_its_logs_was_not_found() -> None:
    found = accounts()
    assert found["SC-1"].status == "not_found"
    assert {one.status for one in found.values()} <= {*CHAIN_STATUSES}


def test_a_step_without_a_log_that_others_can_stand_for_is_a_part() -> None:
    account = accounts("SC-1/created")["SC-1"]
    assert (account.status, account.reason) == ("partial", "created: no log of it")


def test_a_step_that_nothing_stands_for_makes_it_impossible_to_tell() -> None:
    found = accounts("SC-1/opened")
    assert found["SC-1"].status == "cannot_tell"
    assert found["SC-3"].status == "partial"


def test_a_part_without_logs_is_told_by_its_step() -> None:
    account = accounts("SC-8/shell.tools")["SC-8"]
    assert account.status == "cannot_tell"
    assert account.reason == "burst: shell.tools: no log of it"


def test_events_that_could_not_be_placed_are_told() -> None:
    assert accounts()["SC-9"].reason == "3 events of its steps have no account"


def test_what_was_found_is_found_whatever_else_is_dark() -> None:
    account = accounts("SC-5/removed", {"SC-5": 2})["SC-5"]
    assert (account.status, account.hits) == ("found", 2)


def test_a_way_that_waits_for_a_list_is_told_and_the_other_goes_on() -> None:
    account = accounts()["SC-4"]
    assert account.status == "partial"
    assert "listed: named.seated: placeholder %appliance_accounts% has no list" in account.reason
    assert accounts("SC-4/habitual")["SC-4"].status == "cannot_tell"
