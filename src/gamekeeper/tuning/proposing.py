"""Which selections would take false alarms away and leave every true match.

Each harmless event suggests conditions; combinations of them are candidates. What counts for a candidate
is how many harmless matches it takes and how narrow it is; what kills it is that it may hold for one
harmful match, of this rule or of any other. The best one that lives is made as narrow as the events that
it takes allow, and the search goes on with what is left.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from gamekeeper.tuning.conditions import Condition, conditions_of
from gamekeeper.tuning.observed import minimum_weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.context.accounts import Accounts
    from gamekeeper.tuning.observed import Observed, Sides, Values

#: Selections of one filter, and conditions of one event that are combined, the weightiest first.
SELECTIONS_LIMIT: Final = 5
_CONDITIONS_LIMIT: Final = 7

Selection = frozenset[Condition]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one rule, or why nothing is."""

    rule: int  # position in the rule set
    selections: tuple[Selection, ...]
    reason: str = ""  # why there are no selections


class Harm:
    """The harmful matches of all rules, which no selection may touch.

    Where only a match's evidence is known, a field that is not in it may hold anything: ``is_whole`` is
    false, and only a condition that is known to be false makes a selection safe.
    """

    def __init__(self, observed: Observed, *, is_whole: bool) -> None:
        self._events: list[Values] = list(
            dict.fromkeys(values for seen in observed.events.values() for values in seen)
        )
        self._is_whole = is_whole
        self._false_on: dict[Condition, frozenset[int]] = {}

    def spares(self, selection: Selection) -> bool:
        """Say whether a selection is false of every harmful match."""
        untouched: set[int] = set()
        for condition in selection:
            untouched |= self._false(condition)
        return len(untouched) == len(self._events)

    def _false(self, condition: Condition) -> frozenset[int]:
        found = self._false_on.get(condition)
        if found is None:
            found = self._false_on[condition] = frozenset(
                number
                for number, values in enumerate(self._events)
                if self._is_false(condition, values)
            )
        return found

    def _is_false(self, condition: Condition, values: Values) -> bool:
        is_there = any(name == condition.field for name, _ in values)
        return not condition.holds(values) if is_there else self._is_whole


@dataclass(frozen=True, slots=True)
class Terms:
    """What a proposal has to keep to."""

    minimum_matches: int
    accounts: Accounts


def propose(sides: Sides, harm: Harm, terms: Terms) -> Iterator[Proposal]:
    """Yield a proposal for every rule that is true of something harmless, the noisiest first.

    Rules that are there for correlations only report nothing, so that nobody is alarmed by them.
    """
    benign = sides.benign
    noisy = [rule for rule in benign.matches if benign.rules.rules[rule].reported]
    for rule in sorted(noisy, key=lambda rule: (-benign.matches[rule], rule)):
        chosen, reason = _chosen(benign.events[rule], harm, terms)
        yield Proposal(rule, chosen, reason)


def _chosen(
    events: dict[Values, int], harm: Harm, terms: Terms
) -> tuple[tuple[Selection, ...], str]:
    """Return the selections, or none and what stood in the way."""
    left = [(conditions_of(values, terms.accounts), count) for values, count in events.items()]
    chosen: list[Selection] = []
    reason = ""
    while left and len(chosen) < SELECTIONS_LIMIT:
        found, reason = _best(left, harm, terms.minimum_matches)
        if found is None:
            break
        left = [(conditions, count) for conditions, count in left if not found <= conditions]
        chosen.append(found)
    return tuple(chosen), "" if chosen else reason


def _best(
    events: list[tuple[Selection, int]], harm: Harm, minimum_matches: int
) -> tuple[Selection | None, str]:
    """Return the best selection that spares all harmful matches, or None and what stood in the way."""
    counts: Counter[Selection] = Counter()
    for conditions, count in events:
        for candidate in _candidates(conditions):
            counts[candidate] += count
    if not counts:
        return None, "its harmless matches hold nothing specific enough to tell them by"
    common = {selection: count for selection, count in counts.items() if count >= minimum_matches}
    if not common:
        return None, f"no {minimum_matches} of its harmless matches are alike"
    for selection in sorted(common, key=lambda s: (-common[s] * _weight(s), sorted(s))):
        if harm.spares(selection):
            return _narrowest(selection, events), ""
    return None, "whatever tells its harmless matches is also true of a harmful one"


def _candidates(conditions: Selection) -> Iterator[Selection]:
    """Yield what of an event's conditions is narrow enough; an account's kind alone tells little."""
    ordered = sorted(conditions, key=lambda one: (-one.weight, one))[:_CONDITIONS_LIMIT]
    for size in range(2, len(ordered) + 1):
        for some in combinations(ordered, size):
            if sum(one.weight for one in some) >= minimum_weight():
                yield frozenset(some)


def _narrowest(selection: Selection, events: Iterable[tuple[Selection, int]]) -> Selection:
    """Return the selection with all that its events have in common."""
    meant = [conditions for conditions, _ in events if selection <= conditions]
    return frozenset.intersection(*meant)


def _weight(selection: Selection) -> int:
    return sum(condition.weight for condition in selection)
