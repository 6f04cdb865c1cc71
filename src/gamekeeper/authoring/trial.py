"""Cases run: of how many of its events the rule is true, and where it is not, what was false."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.authoring.explain import find_rule
from gamekeeper.authoring.explanation import source_name
from gamekeeper.authoring.reasons import Reasons, why
from gamekeeper.authoring.seen import Seen, events_of, may_look
from gamekeeper.engine.reference import match_fields, on_route
from gamekeeper.engine.rule_accounts import log_name
from gamekeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.authoring.cases import Case
    from gamekeeper.rules.ir import Node
    from gamekeeper.rules.plan import BoundRule, Plan

#: Events of a case that fails of which the reasons are told.
_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went. ``told`` says of a case that fails what was false, or true, of its events."""

    case: Case
    rule: str  # id; empty where there is no such rule
    found: int = 0
    events: int = 0
    problem: str = ""
    told: tuple[Reasons, ...] = ()

    @property
    def is_passed(self) -> bool:
        """Say whether the rule is true as often as it should be."""
        wanted = self.case.wanted
        return not self.problem and (self.found > 0 if wanted is None else self.found == wanted)


class Trial:
    """Runs cases against the rules of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._rules = plan.rules
        self._by_id = {rule.id: rule for rule in plan.rules.rules}
        self._bound: dict[str, list[BoundRule]] = defaultdict(list)
        for bound in plan.bound:
            self._bound[plan.rules.rules[bound.rule].id].append(bound)
        self._unroutable = {plan.rules.rules[n].id: why for n, why in plan.unroutable.items()}

    def run(self, case: Case) -> Outcome:
        """Return the outcome of one case."""
        if case.problem:
            return Outcome(case, "", problem=case.problem)
        try:
            rule = find_rule(self._rules, case.rule).id
            events = list(events_of(case))
        except UsageError as error:
            return Outcome(case, "", problem=str(error))
        if rule in self._unroutable and case.logsource is None:
            return Outcome(case, rule, problem=self._unroutable[rule])
        return self._judged(case, rule, events)

    def _judged(self, case: Case, rule: str, events: list[Seen]) -> Outcome:
        verdicts = [(event, self._is_true(rule, event)) for event in events]
        found = sum(is_true for _, is_true in verdicts)
        outcome = Outcome(case, rule, found, len(events))
        if outcome.is_passed:
            return outcome
        # Too few matches: tell of the events that did not. Too many: of those that did.
        tell = case.wanted is not None and found > case.wanted
        odd = [
            (number, event)
            for number, (event, is_true) in enumerate(verdicts, 1)
            if is_true is tell
        ]
        told = tuple(self._reasons(rule, number, event, tell) for number, event in odd[:_TOLD])
        return Outcome(case, rule, found, len(events), told=told)

    def _is_true(self, rule: str, event: Seen) -> bool:
        return any(match_fields(condition, event.fields) for condition in self._asked(rule, event))

    def _asked(self, rule: str, event: Seen) -> list[Node]:
        """Return the rule's conditions, in the words of the event, as far as it looks there."""
        if event.logsource is not None:
            stated = self._by_id[rule]
            return [stated.condition] if may_look(stated.logsource, event.logsource) else []
        return [
            bound.condition
            for bound in self._bound[rule]
            if bound.route.dataset == event.dataset and on_route(bound.route, event.fields)
        ]

    def _reasons(self, rule: str, number: int, event: Seen, truth: bool) -> Reasons:
        asked = self._asked(rule, event)
        if not asked:
            logs = dict.fromkeys(log_name(b.route) for b in self._bound[rule])
            looks = " or ".join(logs) or source_name(self._by_id[rule].logsource)
            return Reasons(number, f"{event.name} is no event that the rule looks at: {looks}")
        # A rule may look at one event in two ways; the nearest to the truth wanted tells most.
        ways = [why(condition, event.fields, truth) for condition in asked]
        return Reasons(number, "", min((way for way in ways if way), key=len, default=()))


def run_cases(cases: Sequence[Case], plan: Plan) -> Iterator[Outcome]:
    """Yield the outcome of each case, in order."""
    trial = Trial(plan)
    for case in cases:
        yield trial.run(case)
