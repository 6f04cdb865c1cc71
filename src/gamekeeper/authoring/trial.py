"""Cases run: of how many of its events the rule is true, and where it is not, what was false."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from gamekeeper.authoring.explain import find_rule
from gamekeeper.authoring.reasons import Reasons, why
from gamekeeper.engine.reference import Fields, match_fields, on_route, row_fields
from gamekeeper.engine.rule_accounts import log_name
from gamekeeper.errors import UsageError
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.sources import registry
from gamekeeper.sources.base import Origin, ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gamekeeper.authoring.cases import Case
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


class _Seen(NamedTuple):
    """One event as rules see it."""

    dataset: str
    fields: Fields


class Trial:
    """Runs cases against the rules of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._rules = plan.rules
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
            events = list(_events(case))
        except UsageError as error:
            return Outcome(case, "", problem=str(error))
        if rule in self._unroutable:
            return Outcome(case, rule, problem=self._unroutable[rule])
        return self._judged(case, rule, events)

    def _judged(self, case: Case, rule: str, events: list[_Seen]) -> Outcome:
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

    def _is_true(self, rule: str, event: _Seen) -> bool:
        return any(match_fields(b.condition, event.fields) for b in self._taking(rule, event))

    def _taking(self, rule: str, event: _Seen) -> list[BoundRule]:
        return [
            bound
            for bound in self._bound[rule]
            if bound.route.dataset == event.dataset and on_route(bound.route, event.fields)
        ]

    def _reasons(self, rule: str, number: int, event: _Seen, truth: bool) -> Reasons:
        taking = self._taking(rule, event)
        if not taking:
            here = " ".join(
                v for name in ("channel", "eventid") for v in event.fields.get(name, ())
            )
            logs = " or ".join(dict.fromkeys(log_name(b.route) for b in self._bound[rule]))
            return Reasons(number, f"{here} is no event that the rule looks at: {logs}")
        # A rule may look at one event in two ways; the nearest to the truth wanted tells most.
        ways = [why(bound.condition, event.fields, truth) for bound in taking]
        return Reasons(number, "", min((way for way in ways if way), key=len, default=()))


def _events(case: Case) -> Iterator[_Seen]:
    batches = _built(case) if case.file is None else _read(case.file)
    for batch in batches:
        for row in range(len(batch)):  # the slow truth goes row by row
            yield _Seen(batch.dataset, row_fields(batch, row))


def _built(case: Case) -> Iterator[EventBatch]:
    builder = BatchBuilder()
    for event in case.events:
        yield from builder.add(event)
    yield from builder.flush()


def _read(path: Path) -> Iterator[EventBatch]:
    try:
        with path.open("rb") as stream:
            head = stream.read(registry.HEAD_BYTES)
        origin = Origin(0, str(path), path, path.stat().st_size)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    source = registry.recognise(head, str(path))
    if source is None:
        raise UsageError(f"{path} is in no format that is known")
    for item in source.read(source.ranges(origin), ReadOptions()):
        if isinstance(item, EventBatch):
            yield item


def run_cases(cases: Sequence[Case], plan: Plan) -> Iterator[Outcome]:
    """Yield the outcome of each case, in order."""
    trial = Trial(plan)
    for case in cases:
        yield trial.run(case)
