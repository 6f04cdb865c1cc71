"""The reduce stage of a hunt: rows of all units to the matches and accounts of its correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.hunt.stores import MATCH_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gamekeeper.hunt.sums import Sums
    from gamekeeper.model.findings import RuleAccount
    from gamekeeper.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class Correlated:
    """The matches of correlations in runs, and the accounts of all rules in the order of the result."""

    runs: tuple[Run, ...]
    rules: tuple[RuleAccount, ...]


def correlate(
    plan: Plan,
    sums: Sums,
    accounts: Sequence[RuleAccount],
    folder: Path,
    *,
    paranoid: bool = False,
) -> Correlated:
    """Correlate what all units have found; ``accounts`` are those of single and of skipped rules."""
    if not plan.correlations:
        count = len(plan.rules.rules)
        return Correlated((), (*accounts[: plan.shown], *accounts[count:]))
    from gamekeeper.engine.correlation import accounts as accounting  # noqa: PLC0415 - few hunts need it
    from gamekeeper.engine.correlation.reduce import Reducer  # noqa: PLC0415
    from gamekeeper.engine.correlation.watched import watched  # noqa: PLC0415

    base = list(accounts[: len(plan.rules.rules)])
    seen = watched(plan, sums.account)
    ahead = accounting.foreseen(plan, base, seen)
    blind = {number for number, account in enumerate(ahead) if accounting.is_blind(account)}
    reducer = Reducer(plan, folder, sums.ends, seen, paranoid=paranoid)
    writer = RunWriter(folder, "correlated", MATCH_KEY)
    for batch in reducer.batches(sums.row_runs(), blind):
        writer.add(batch)
    done = accounting.finished(plan, ahead, reducer.counts, reducer.rows, sums.left + reducer.left)
    own, skipped = accounting.split_accounts(plan, accounts)
    return Correlated(writer.finish(), (*own, *done, *skipped))
