"""Which logs the steps of chains need."""

from __future__ import annotations

from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.needs import ChainNeeds, StepNeeds, needs, readable


def of(chain: str) -> ChainNeeds:
    return next(one for one in needs(builtin_chains()) if one.chain == chain)


def step(chain: str, name: str) -> StepNeeds:
    return next(one for one in of(chain).steps if one.step == name)


def test_a_step_on_new_processes_can_be_seen_in_two_logs() -> None:
    logs = {(need.dataset, need.event_ids) for need in step("SC-7", "run").logs}
    assert logs == {("windows.sysmon", (1,)), ("windows.security", (4688,))}


def test_fields_are_named_as_each_log_names_them() -> None:
    fields = {need.dataset: need.condition_fields for need in step("SC-7", "run").logs}
    assert fields["windows.security"] == ("ParentProcessName", "CommandLine")
    assert fields["windows.sysmon"] == ("ParentImage", "CommandLine")


def test_a_step_is_required_where_nothing_else_can_stand_for_it() -> None:
    required = {one.step for one in of("SC-1").steps if one.is_required}
    assert required == {"opened"}


def test_a_log_that_nobody_reads_is_told_with_the_reason() -> None:
    inner = step("SC-5", "passed").inner
    assert inner is not None
    assert [one.unread for one in inner.steps] == [
        ("this version does not read firewall logs",)
    ] * 2
    assert [one.logs for one in inner.steps] == [(), ()]


def test_an_optional_step_is_marked() -> None:
    assert step("SC-5", "removed").is_optional


def test_a_chain_whose_logs_are_not_read_cannot_be_found() -> None:
    reads = readable(builtin_chains())
    assert (reads["SC-1"], reads["SC-5"], reads["SC-13"]) == ("all", "some", "too few")
