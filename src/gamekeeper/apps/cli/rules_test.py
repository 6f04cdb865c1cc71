"""``gamekeeper rules test``: rules on their own sample events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asked import asked
from gamekeeper.apps.cli.outcomes import show
from gamekeeper.apps.cli.progress import progress
from gamekeeper.apps.cli.values import Values
from gamekeeper.authoring.cases import read_cases, rules_beside
from gamekeeper.authoring.trial import Outcome, run_cases
from gamekeeper.hunt.rulebook import load_plan
from gamekeeper.rules import library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run all cases, and say of each how it went."""
    values = Values(typed)
    cases = read_cases(values.texts("case_paths"))
    with progress(quiet=values.is_on("quiet")) as shown:
        plan = load_plan(asked(values, rules_of(values)), shown)
    return show(run_cases(cases, plan), values, lines_of, row_of)


def rules_of(values: Values) -> tuple[str, ...]:
    """Return the rules to test: without a wish also those that lie beside their cases."""
    beside = rules_beside(values.texts("case_paths"))
    return values.texts("rules") or (*beside, "builtin", *map(str, library.installed()))


def lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield a line for the case, and below it what went wrong."""
    case = outcome.case
    yield f"{'pass' if outcome.is_passed else 'FAIL'}  {case.rule or case.path}: {case.name}"
    if outcome.is_passed:
        return
    yield f"      in {case.path}"
    if outcome.problem:
        yield f"      {outcome.problem}"
        return
    yield f"      true of {outcome.found} of {outcome.events} events, expected {wanted_of(outcome)}"
    for told in outcome.told:
        yield f"      event {told.event}{': ' + told.problem if told.problem else ''}"
        yield from (f"        {reason}" for reason in told.reasons)


def wanted_of(outcome: Outcome) -> str:
    """Return the number of matches that a case wants, in words."""
    wanted = outcome.case.wanted
    return "at least one" if wanted is None else str(wanted)


def row_of(outcome: Outcome) -> dict[str, object]:
    """Return an outcome for scripts."""
    case = outcome.case
    return {
        "path": case.path,
        "name": case.name,
        "rule": outcome.rule or case.rule,
        "passed": outcome.is_passed,
        "expected": wanted_of(outcome) if case.wanted is None else case.wanted,
        "matches": outcome.found,
        "events": outcome.events,
        "problem": outcome.problem,
        "told": [
            {
                "event": told.event,
                "problem": told.problem,
                "predicates": [reason._asdict() for reason in told.reasons],
            }
            for told in outcome.told
        ],
    }
