"""The other logs of a host."""

from __future__ import annotations

from tests.fakes.facts import DAY, HOUR, NEW_YEAR, facts_of, steady

from gamekeeper.integrity.siblings import continuing, restarted

START, STOP = NEW_YEAR + 2 * HOUR, NEW_YEAR + 3 * HOUR


def test_a_log_that_reaches_over_the_time_lived_on() -> None:
    facts = facts_of(steady(1, 400, channel="System"))
    assert [name for name, _ in continuing(facts, "dc01", "security", START, STOP)] == ["system"]
    assert continuing(facts, "dc01", "system", START, STOP) == []
    assert continuing(facts, "dc01", "security", START, STOP + DAY) == []


def test_single_records_before_and_after_prove_no_life() -> None:
    parts = [
        *steady(1, 5, channel="System"),
        *steady(900, 905, start=STOP + HOUR, channel="System", source=1),
    ]
    assert continuing(facts_of(parts), "dc01", "security", START, STOP) == []


def test_a_log_that_began_again_about_then_is_told() -> None:
    parts = [
        *steady(500, 620, channel="System"),
        *steady(1, 50, start=STOP, channel="System", source=1),
    ]
    found = restarted(facts_of(parts), "dc01", "security", START, STOP)
    assert [(name, life.first) for name, life in found] == [("system", 1)]
    assert restarted(facts_of(parts), "dc01", "security", START + 9 * DAY, STOP + 9 * DAY) == []
