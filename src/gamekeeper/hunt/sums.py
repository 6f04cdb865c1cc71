"""What units add up to, in whatever order they finish."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.account import Account
from gamekeeper.engine.correlation.ends import Ends
from gamekeeper.hunt.census import Census
from gamekeeper.hunt.ledger import Ledger, balance
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.model.tallies import FileTally

if TYPE_CHECKING:
    from pathlib import Path

    from gamekeeper.engine.runner import Lost
    from gamekeeper.engine.runs import Run
    from gamekeeper.hunt.losses import Written
    from gamekeeper.hunt.reading import UnitResult
    from gamekeeper.hunt.scripting import Scripts
    from gamekeeper.hunt.units import Key, Work
    from gamekeeper.rules.plan import Plan

#: Sorts behind every unit.
_LAST: Final = (1 << 62,)


class Sums:
    """Grows by the result of one unit after the other; its content does not depend on their order."""

    def __init__(self, plan: Plan) -> None:
        self.account = Account(plan)
        self.census = Census()
        self.match_counts: Counter[int] = Counter()
        self.left: Counter[tuple[int, str]] = Counter()
        self.ends = Ends()
        self.filtered = 0
        self.events = 0
        self.lost: list[Lost[Work]] = []
        self._ledger = Ledger()
        self._matches: list[tuple[Key, tuple[Run, ...]]] = []
        self._rejects: list[tuple[Key, tuple[Run, ...]]] = []
        self._rows: list[tuple[Key, tuple[Run, ...]]] = []
        self._parts: list[tuple[Key, tuple[Run, ...]]] = []
        self._steps: list[tuple[Key, tuple[Run, ...]]] = []
        self.steps_left: Counter[tuple[int, str]] = Counter()
        self._traces: list[tuple[Key, tuple[Run, ...]]] = []
        self._habits: list[tuple[Key, tuple[Run, ...]]] = []
        self._facts: dict[str, list[tuple[Key, tuple[Run, ...]]]] = {}

    def add(self, unit: Work, result: UnitResult) -> None:
        """Take the result of one unit."""
        self._ledger.add(unit.key, result.tallies)
        self.account.merge(result.account)
        self.census.merge(result.census)
        self.match_counts.update(result.match_counts)
        self.filtered += result.filtered
        self.events += result.events
        self._matches.append((unit.key, result.matches))
        self._rejects.append((unit.key, result.rejects))
        self._rows.append((unit.key, result.rows))
        self._parts.append((unit.key, result.parts))
        self._steps.append((unit.key, result.steps))
        self.steps_left.update(result.steps_left)
        self._traces.append((unit.key, result.traces))
        self._habits.append((unit.key, result.habits))
        for table, runs in result.facts.items():
            self._facts.setdefault(table, []).append((unit.key, runs))
        self.left.update(result.left)
        self.ends.merge(result.ends)

    def add_losses(self, written: Written) -> None:
        """Take the rejects of units that have no result."""
        self._ledger.add((), written.tallies)
        self._rejects.append(((), written.rejects))

    def add_scripts(self, scripts: Scripts) -> None:
        """Take what whole scripts gave, behind all units."""
        self.match_counts.update(scripts.match_counts)
        self._matches.append((_LAST, scripts.matches))
        self._rows.append((_LAST, scripts.rows))
        self.left.update(scripts.left)

    def close_books(self, folder: Path) -> dict[int, FileTally]:
        """Return the tally of every file, with records that nobody accounted for among the rejects."""
        tallies = self._ledger.close()
        writer = RejectWriter(folder, "unaccounted")
        for tally in tallies.values():
            gap = balance(tally)
            if gap is not None:
                writer.add(gap)
        self._rejects.append(((), writer.finish()))
        return tallies

    def match_runs(self) -> list[Run]:
        """Return all runs of matches, in the order of the units."""
        return [run for _, runs in sorted(self._matches, key=_by_key) for run in runs]

    def row_runs(self) -> list[Run]:
        """Return all runs of rows for correlations, in the order of the units."""
        return [run for _, runs in sorted(self._rows, key=_by_key) for run in runs]

    def part_runs(self) -> list[Run]:
        """Return all runs of parts of scripts, in the order of the units."""
        return [run for _, runs in sorted(self._parts, key=_by_key) for run in runs]

    def step_runs(self) -> list[Run]:
        """Return all runs of rows for chains, in the order of the units."""
        return [run for _, runs in sorted(self._steps, key=_by_key) for run in runs]

    def fact_runs(self, table: str) -> list[Run]:
        """Return all runs of a table of facts, in the order of the units."""
        found = self._facts.get(table, ())
        return [run for _, runs in sorted(found, key=_by_key) for run in runs]

    def trace_runs(self) -> list[Run]:
        """Return all runs of traces, in the order of the units."""
        return [run for _, runs in sorted(self._traces, key=_by_key) for run in runs]

    def habit_runs(self) -> list[Run]:
        """Return all runs of habits, in the order of the units."""
        return [run for _, runs in sorted(self._habits, key=_by_key) for run in runs]

    def reject_runs(self) -> list[Run]:
        """Return all runs of rejects, in the order of the units."""
        return [run for _, runs in sorted(self._rejects, key=_by_key) for run in runs]


def _by_key(item: tuple[Key, object]) -> Key:
    return item[0]
