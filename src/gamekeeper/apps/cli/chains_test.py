"""``gamekeeper chains test``: chains on their own cases."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.cases import read_cases
from gamekeeper.analytics.chains.library import BUILTIN, load_chains
from gamekeeper.analytics.chains.trial import Outcome, run_cases
from gamekeeper.apps.cli.outcomes import show
from gamekeeper.apps.cli.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the cases that lie beside the chains, and say of each how it went."""
    values = Values(typed)
    paths = values.texts("chains")
    with as_file(files("gamekeeper.content").joinpath("chains")) as own:
        cases = read_cases([own if path == BUILTIN else path for path in paths or (BUILTIN,)])
        chains = load_chains(list(dict.fromkeys((BUILTIN, *paths))))
        return show(run_cases(cases, chains), values, lines_of, row_of)


def lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield a line for the case, and below it what went wrong."""
    case = outcome.case
    log = f" [{case.log}]" if case.log else ""
    verdict = "pass" if outcome.is_passed else "FAIL"
    yield f"{verdict}  {outcome.chain or case.stem}: {case.name}{log} ({case.kind.value})"
    if outcome.is_passed:
        return
    yield f"      in {case.path}"
    if outcome.problem:
        yield f"      {outcome.problem}"
        return
    yield f"      found {outcome.found} times, expected {case.hits}"
    steps = ", ".join(f"{name} {number}" for name, number in outcome.matched) or "none"
    yield f"      events of its steps: {steps}"


def row_of(outcome: Outcome) -> dict[str, object]:
    """Return an outcome for scripts."""
    case = outcome.case
    return {
        "path": case.path,
        "name": case.name,
        "chain": outcome.chain,
        "kind": case.kind.value,
        "log": case.log,
        "passed": outcome.is_passed,
        "expected": case.hits,
        "found": outcome.found,
        "steps": dict(outcome.matched),
        "problem": outcome.problem,
    }
