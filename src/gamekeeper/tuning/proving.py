"""The proof: filters as they are written, loaded as every hunt would, run on the labelled logs once more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gamekeeper.engine.registry import engine
from gamekeeper.rules.correlation_ir import SigmaFilter
from gamekeeper.rules.filtering import apply_filters
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.rules.parse import parse_documents
from gamekeeper.rules.references import References
from gamekeeper.rules.routing import build_plan
from gamekeeper.tuning.observed import Side, placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gamekeeper.model.events import EventBatch
    from gamekeeper.rules.plan import Plan
    from gamekeeper.tuning.observed import SideOf


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Rules with their filters, bound to events. Positions are those of the rules that were given."""

    plan: Plan
    places: tuple[int, ...]  # the plan's rule -> position
    refused: dict[int, str]  # position -> why its filter cannot be used


def narrow(rules: RuleSet, texts: Mapping[int, str]) -> Narrowed:
    """Put filters, as YAML, over the rules at these positions. The rules stand alone in the plan."""
    places = tuple(sorted(texts))
    plain = [rules.rules[place] for place in places]
    narrowed = list(plain)
    refused: dict[int, str] = {}
    for number, place in enumerate(places):
        reason = _applied(narrowed, number, texts[place])
        if reason:
            refused[place] = reason
            narrowed[number] = plain[number]
    before, after = _plan(plain), _plan(narrowed)
    for number, place in enumerate(places):
        if _routes(before, number) != _routes(after, number):
            refused[place] = "with it the rule could no longer look at all of its logs"
    return Narrowed(after, places, refused)


#: Matches by side and position of the rule.
Counts = Counter[tuple[Side, int]]


def count(narrowed: Narrowed, side_of: SideOf, batches: Iterable[EventBatch]) -> Counts:
    """Return how many matches each rule has in some events, by its position, on either side."""
    found: Counts = Counter()
    matcher = engine("columnar", narrowed.plan)

    def side(rule: int, fingerprint: str) -> Side:
        return side_of(narrowed.places[rule], fingerprint)

    for _, rule, _, number in placed(side, matcher, batches):
        found[number, narrowed.places[rule]] += 1
    return found


def _applied(rules: list[Rule], number: int, text: str) -> str:
    """Put a filter over one rule in place; return why that is impossible, or nothing."""
    [parsed] = parse_documents(text.encode(), "proposed")
    if isinstance(parsed, SkippedRule):
        return parsed.reason
    assert isinstance(parsed, SigmaFilter)
    alone = [rules[number]]
    applied, skipped = apply_filters(alone, [parsed], References(alone, (), ()))
    if not applied:
        return skipped[0].reason
    rules[number] = alone[0]
    return ""


def _plan(rules: list[Rule]) -> Plan:
    return build_plan(RuleSet(tuple(replace(rule, reported=True) for rule in rules)))


def _routes(plan: Plan, number: int) -> list[object]:
    return [bound.route for bound in plan.bound if bound.rule == number]
