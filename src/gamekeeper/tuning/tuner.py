"""From labelled matches to filters with their proof, for every rule that is true of something harmless."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gamekeeper.tuning.filter_file import Proof, filter_text
from gamekeeper.tuning.observed import DISTINCT_LIMIT, Side
from gamekeeper.tuning.proposing import Harm, Proposal, Terms, propose
from gamekeeper.tuning.proving import narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gamekeeper.rules.ir import Rule, RuleSet
    from gamekeeper.tuning.observed import Observed, Sides
    from gamekeeper.tuning.proving import Counts, Narrowed

_BY_RUNNING: Final = "Shown by running the rule with this filter on the judged logs once more."
_BY_EVIDENCE: Final = (
    "Shown on the evidence of matches that a person has judged; the logs were not read again."
)
_OTHERS: Final = "The selections are also false of every harmful match of all other rules."
_SOME_OTHERS: Final = (
    f"Of harmful matches of all other rules the first {DISTINCT_LIMIT:,} distinct ones of each were "
    "looked at: the selections are false of them."
)


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of one rule: the text of a filter with its proof, or the reason why there is none."""

    rule: Rule
    text: str
    proof: Proof
    reason: str = ""


def tune_by_logs(
    rules: RuleSet, sides: Sides, count_again: Callable[[Narrowed], Counts], terms: Terms
) -> Iterator[Tuned]:
    """Yield the outcome for each rule with a false alarm.

    ``count_again`` runs the narrowed rules on the same logs and returns the matches that are left.
    """
    proposals = list(propose(sides, Harm(sides.malicious, is_whole=True), terms))
    texts = {
        one.rule: filter_text(rules.rules[one.rule], one.selections, None)
        for one in proposals
        if one.selections
    }
    narrowed = narrow(rules, texts)
    after = count_again(narrowed) if texts else Counter[tuple[Side, int]]()
    for one in proposals:
        proof = _proof(one.rule, sides, {side: after[side, one.rule] for side in Side}, _BY_RUNNING)
        yield _outcome(rules, one, proof, one.reason or narrowed.refused.get(one.rule, ""))


def tune_by_labels(rules: RuleSet, sides: Sides, terms: Terms) -> Iterator[Tuned]:
    """Yield the outcome for each rule with a match that was judged harmless, from evidence alone."""
    for one in propose(sides, Harm(sides.malicious, is_whole=False), terms):
        texts = {one.rule: filter_text(rules.rules[one.rule], one.selections, None)}
        refused = narrow(rules, texts).refused if one.selections else {}
        left = {side: _left(sides[side], one) for side in Side}
        proof = _proof(one.rule, sides, left, _BY_EVIDENCE)
        yield _outcome(rules, one, proof, one.reason or refused.get(one.rule, ""))


def _proof(rule: int, sides: Sides, after: Mapping[Side, int], way: str) -> Proof:
    before = {side: sides[side].matches.get(rule, 0) for side in Side}
    others = _SOME_OTHERS if sides.malicious.left_out else _OTHERS
    return Proof(
        before[Side.BENIGN],
        after[Side.BENIGN],
        before[Side.MALICIOUS],
        after[Side.MALICIOUS],
        f"{way} {others}",
        before[Side.UNJUDGED],
        after[Side.UNJUDGED],
    )


def _left(side: Observed, one: Proposal) -> int:
    """Return the matches of a rule of which every selection is false."""
    return sum(
        times
        for values, times in side.events.get(one.rule, {}).items()
        if not any(all(c.holds(values) for c in selection) for selection in one.selections)
    )


def _outcome(rules: RuleSet, one: Proposal, proof: Proof, reason: str) -> Tuned:
    rule = rules.rules[one.rule]
    if not reason and proof.malicious_after != proof.malicious_before:
        lost = proof.malicious_before - proof.malicious_after
        reason = f"the filter that was tried loses {lost:,} harmful matches"
    if not reason and proof.benign_after >= proof.benign_before:
        reason = "the filter that was tried takes no harmless match"
    if reason:
        unchanged = replace(
            proof,
            benign_after=proof.benign_before,
            malicious_after=proof.malicious_before,
            unjudged_after=proof.unjudged_before,
        )
        return Tuned(rule, "", unchanged, reason)
    return Tuned(rule, filter_text(rule, one.selections, proof), proof)
