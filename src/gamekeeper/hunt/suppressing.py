"""The sort stage of a hunt: matches in their final order, without those that somebody answers for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from gamekeeper.hunt.stores import DiskMatches
from gamekeeper.model.results import MatchStore, NoMatches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.engine.runs import Run
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.findings import Allowance, RuleAccount
    from gamekeeper.tuning.suppression import Suppressor


@dataclass(frozen=True, slots=True)
class Judged:
    """Matches that count, those that were taken out, and the accounts that say so."""

    kept: MatchStore
    taken: MatchStore
    rules: tuple[RuleAccount, ...]
    allowances: tuple[Allowance, ...]


def today() -> date:
    """Return the day by which entries end, in UTC."""
    return datetime.now(UTC).date()


def sorted_matches(work: WorkFolder, runs: Sequence[Run], suppressor: Suppressor) -> Judged:
    """Merge sorted runs of matches; they are used up.

    Correlations have counted all matches before: an allow-list is about what is reported.
    """
    if not suppressor.entries:
        return Judged(DiskMatches(work, runs), NoMatches(), suppressor.rules, ())
    kept = DiskMatches(work, runs, suppressor.judge)
    counts = suppressor.suppressed()
    rules = tuple(
        replace(rule, suppressed=counts[place]) if counts[place] else rule
        for place, rule in enumerate(suppressor.rules)
    )
    return Judged(kept, kept.taken, rules, suppressor.account())
