from __future__ import annotations

from collections import Counter

from gamekeeper.engine.registry import engine
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan
from gamekeeper.tuning.observed import Side, Sides, sort_out
from gamekeeper.tuning.proposing import Terms
from gamekeeper.tuning.proving import Counts, Narrowed, count
from gamekeeper.tuning.tuner import Tuned, tune_by_labels, tune_by_logs

from .conftest import BACKUP, CMD, SYSTEM, Process, backup, batch

EVIL = (CMD, "cmd /c whoami", BACKUP, SYSTEM)  # the intruder owns the agent
CLEAN = [backup(number) for number in range(1, 6)]


def logs(benign: list[Process], malicious: list[Process]) -> list[tuple[Side, EventBatch]]:
    return [(Side.BENIGN, batch(benign)), (Side.MALICIOUS, batch(malicious, source=1))]


def seen(rules: RuleSet, given: list[tuple[Side, EventBatch]]) -> Sides:
    sides = Sides.of(rules)
    matcher = engine("columnar", build_plan(rules))
    for side, events in given:
        sort_out(sides, lambda *_, side=side: side, matcher, [events])  # type: ignore[misc]
    return sides


def by_logs(rules: RuleSet, terms: Terms, given: list[tuple[Side, EventBatch]]) -> list[Tuned]:
    def again(narrowed: Narrowed) -> Counts:
        found: Counts = Counter()
        for side, events in given:
            found += count(narrowed, lambda *_, side=side: side, [events])  # type: ignore[misc]
        return found

    return list(tune_by_logs(rules, seen(rules, given), again, terms))


def test_false_alarms_go_and_every_true_match_stays(rules: RuleSet, terms: Terms) -> None:
    found = by_logs(rules, terms, logs(CLEAN, [EVIL]))
    assert [one.rule.title for one in found] == ["Shell started", "Anything started"]
    for one in found:
        proof = one.proof
        assert (proof.benign_before, proof.benign_after) == (5, 0)
        assert (proof.malicious_before, proof.malicious_after) == (1, 1)
        assert "cmd /c copy job*.log" in one.text
        assert "Harmless matches: 5 before, 0 after." in " ".join(one.text.split())


def test_nothing_is_proposed_where_the_same_thing_is_harmful(rules: RuleSet, terms: Terms) -> None:
    for one in by_logs(rules, terms, logs(CLEAN, [backup(9)])):
        assert (one.text, one.proof.benign_after) == ("", 5)
        assert "true of a harmful one" in one.reason


def test_a_filter_that_loses_a_match_when_it_is_run_is_not_proposed(
    rules: RuleSet, terms: Terms
) -> None:
    sides = seen(rules, logs(CLEAN, [EVIL]))
    found = list(tune_by_logs(rules, sides, lambda _: Counter(), terms))
    assert [one.reason for one in found] == [
        "the filter that was tried loses 1 harmful matches"
    ] * 2
    assert [one.text for one in found] == ["", ""]


def test_a_filter_that_takes_nothing_when_it_is_run_is_not_proposed(
    rules: RuleSet, terms: Terms
) -> None:
    sides = seen(rules, logs(CLEAN, [EVIL]))
    unchanged = {(side, rule): sides[side].matches.get(rule, 0) for side in Side for rule in (0, 1)}
    found = list(tune_by_logs(rules, sides, lambda _: Counter(unchanged), terms))
    assert {one.reason for one in found} == {"the filter that was tried takes no harmless match"}


def test_evidence_alone_gives_what_it_can_and_tells_what_nobody_judged(
    rules: RuleSet, terms: Terms
) -> None:
    sides = seen(rules, logs(CLEAN, [EVIL]))
    for values in list(sides.benign.events[0])[:2]:
        sides.unjudged.matches[0] = sides.unjudged.matches.get(0, 0) + 1
        sides.unjudged.events.setdefault(0, {})[values] = 1
    first, _ = tune_by_labels(rules, sides, terms)
    assert (first.proof.benign_before, first.proof.benign_after) == (5, 0)
    assert (first.proof.unjudged_before, first.proof.unjudged_after) == (2, 0)
    assert "the logs were not read again" in " ".join(first.text.split())
