"""A chain in words."""

from __future__ import annotations

from gamekeeper.analytics.chains.condition import parse_condition
from gamekeeper.analytics.chains.explain import as_json, condition_text, lines_of
from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.needs import needs


def lines(chain: str) -> list[str]:
    chains = builtin_chains()
    place = [one.id for one in chains].index(chain)
    return list(lines_of(chains[place], needs(chains)[place]))


def test_a_condition_reads_as_it_was_written() -> None:
    for text in ("a", "a and b", "a and (b or c)", "2 of (a, b, c)", "(a and b) or c"):
        assert parse_condition(condition_text(parse_condition(text, "abc")), "abc") == (
            parse_condition(text, "abc")
        )


def test_steps_are_told_with_the_logs_that_show_them() -> None:
    said = lines("SC-7")
    assert said[0].startswith("SC-7: ")
    assert "within 1 minute, the same host:" in said
    assert "      windows.security: 5145 with RelativeTargetName" in said
    assert "  again (at least 2 times): it did so at least twice" in said


def test_what_is_never_seen_before_apart_or_absent_is_told() -> None:
    said = "\n".join(lines("SC-10") + lines("service-account-by-person"))
    assert "taken (twice, at least 7 days apart)" in said
    assert "promoted (must not happen in between)" in said
    assert "sat_down (first-ever account, in at least 14 days of logs)" in said


def test_parts_chains_and_logs_that_nobody_reads_are_told() -> None:
    said = "\n".join(lines("SC-3") + lines("SC-5"))
    assert "chain SC-1" in said
    assert "no log here: this version does not read firewall logs" in said


def test_hours_history_of_another_step_and_lists_that_are_lacking_are_told() -> None:
    said = "\n".join(lines("SC-4"))
    assert "at least 20 different hours of the clock" in said
    assert "first-ever event for this account, in at least 10 days of logs since bound" in said
    assert "left out: placeholder %appliance_accounts% has no list" in said


def test_the_same_for_scripts() -> None:
    chains = builtin_chains()
    place = [one.id for one in chains].index("SC-5")
    found = as_json(chains[place], needs(chains)[place])
    assert found["condition"] == "added and (used or passed)"
    assert found["within_s"] == 86_400
