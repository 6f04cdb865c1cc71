"""One unit, from bytes to sorted runs on disk: what a worker does all day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.analytics.baselines.gather import HabitRows
from gamekeeper.analytics.chains.gather import StepGatherer
from gamekeeper.analytics.chains.plan import NO_CHAINS, ChainPlan
from gamekeeper.analytics.chains.schema import ACT_KEY
from gamekeeper.engine.account import Account
from gamekeeper.engine.base import Engine, Matches
from gamekeeper.engine.correlation.ends import Ends
from gamekeeper.engine.correlation.schema import ROW_KEY
from gamekeeper.engine.registry import engine, gatherer, witness
from gamekeeper.engine.runs import Run, RunWriter
from gamekeeper.engine.scripts import parts
from gamekeeper.engine.scripts.parts import PART_KEY
from gamekeeper.errors import ParanoiaError
from gamekeeper.hunt.census import Census
from gamekeeper.hunt.fact_rows import FactRows
from gamekeeper.hunt.rejects import RejectWriter
from gamekeeper.hunt.stores import MATCH_KEY
from gamekeeper.incidents import traces
from gamekeeper.integrity.gathering.frames import forget, frame_of
from gamekeeper.model.events import EventBatch
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.model.tallies import FileTally
from gamekeeper.model.traces import TRACE_KEY
from gamekeeper.sources.base import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gamekeeper.hunt.filters import EventFilter
    from gamekeeper.hunt.units import Work
    from gamekeeper.rules.plan import Plan

#: Matches whose evidence is gathered at once: a rule may be true for every row.
_EVIDENCE_ROWS: Final = 32_768
_NO_ROWS: Final = np.empty(0, np.int32)
#: A unit may take a minute, and longer by its size; the slow truths are slow.
_LIMIT_S: Final = 60.0
_BYTES_PER_S: Final = 256 << 10
_PARANOID_FACTOR: Final = 40
#: A worker lays out a dataset's rules when it first meets one: a second for all of SigmaHQ's, on any machine.
_FIRST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What came of a unit: small things in memory, large ones as runs on disk."""

    tallies: tuple[FileTally, ...]
    matches: tuple[Run, ...]
    rejects: tuple[Run, ...]
    match_counts: Counter[int]
    account: Account
    census: Census
    filtered: int
    events: int = 0
    rows: tuple[Run, ...] = ()  # for correlations
    left: Counter[tuple[int, str]] = field(default_factory=Counter)
    ends: Ends = field(default_factory=Ends)
    parts: tuple[Run, ...] = ()  # of scripts
    steps: tuple[Run, ...] = ()  # for chains
    steps_left: Counter[tuple[int, str]] = field(default_factory=Counter)
    facts: dict[str, tuple[Run, ...]] = field(default_factory=dict)  # by table
    traces: tuple[Run, ...] = ()
    habits: tuple[Run, ...] = ()  # for baselines


@dataclass(frozen=True, slots=True)
class HuntStage:
    """The stage of a hunt: read, filter, match, account."""

    plan: Plan
    folder: Path
    options: ReadOptions
    keep: EventFilter
    chains: ChainPlan = NO_CHAINS
    has_baselines: bool = False

    def prepare(self) -> Callable[[Work], UnitResult]:
        """Build the engine of this process."""
        return _Reader(self).read

    def split(self, unit: Work) -> Sequence[Work]:
        """Return a lost unit's parts."""
        return unit.split()

    def limit_s(self, unit: Work, *, is_first: bool) -> float:
        """Return the time that is far too long for a unit of this size."""
        limit = limit_of(unit)
        if self.options.paranoid:
            limit *= _PARANOID_FACTOR
        return limit + _FIRST_S if is_first else limit


def limit_of(unit: Work) -> float:
    """Return the seconds in which a unit of this size must have been read."""
    return _LIMIT_S + unit.log_bytes / _BYTES_PER_S


class _Reader:
    """What a worker keeps between units."""

    def __init__(self, stage: HuntStage) -> None:
        self._stage = stage
        self._plan = stage.plan
        self._engine = engine("columnar", stage.plan)
        self._witness = witness(stage.plan)
        self._gatherer = gatherer(stage.plan) if stage.plan.correlations else None
        self._steps = StepGatherer(stage.chains, stage.plan) if stage.chains.rules else None
        silent = [n for n, rule in enumerate(stage.plan.rules.rules) if not rule.reported]
        self._silent = np.array(silent, np.int32)
        self._truth = engine("reference", stage.plan) if stage.options.paranoid else None

    def read(self, unit: Work) -> UnitResult:
        """Return what is in a unit."""
        tray = _Tray(self._stage.folder, unit.name, self._plan)
        for item in unit.read(self._stage.options):
            if isinstance(item, EventBatch):
                self._batch(item, tray)
            elif isinstance(item, Reject):
                tray.rejects.add(item)
            else:
                tray.tally(item)
            forget()
            del item  # while the next batch is read
        return tray.result()

    def _batch(self, read: EventBatch, tray: _Tray) -> None:
        # What the period or a pattern leaves out is no hole in a log.
        tray.facts.add(read)
        batch = self._stage.keep.apply(read)
        tray.events += len(read)
        tray.filtered += len(read) - len(batch)
        if len(batch) == 0:
            return
        tray.census.add(batch)
        if self._stage.has_baselines:
            tray.habits.add(batch, frame_of)
        tray.account.add(batch)
        if self._gatherer is not None:
            tray.ends.add(batch)
        found = self._engine.match(batch)
        if self._truth is not None:
            compare(self._truth, batch, found, self._plan)
        tray.count(found)
        for rows in parts.gather(batch, found):
            tray.parts.add(rows)
        matched, steps = [], []
        for piece in _pieces(found):
            self._correlate(batch, piece, tray)
            steps.append(self._step(batch, piece, tray))
            reported = self._reported(piece)
            if len(reported):
                tray.matches.add(self._witness.gather(batch, reported))
                matched.append(reported.row)
        tray.trace(batch, matched, steps)

    def _correlate(self, batch: EventBatch, found: Matches, tray: _Tray) -> None:
        if self._gatherer is not None:
            rows = self._gatherer.gather(batch, found, tray.left)
            if rows is not None:
                tray.rows.add(rows)

    def _step(self, batch: EventBatch, found: Matches, tray: _Tray) -> NDArray[np.int32]:
        """Write the rows of chains; return the rows of the batch that they stand for."""
        if self._steps is None:
            return _NO_ROWS
        rows = self._steps.gather(batch, found, tray.steps_left)
        if rows is None:
            return _NO_ROWS
        tray.steps.add(rows)
        return self._steps.events(found)

    def _reported(self, found: Matches) -> Matches:
        if not len(self._silent):
            return found
        keep = ~np.isin(found.rule, self._silent)
        return Matches(found.rule[keep], found.row[keep])


def compare(truth: Engine, batch: EventBatch, found: Matches, plan: Plan) -> None:
    """Raise where the slow truth finds other matches in a batch."""
    expected = truth.match(batch)
    pairs = set(zip(found.rule.tolist(), found.row.tolist(), strict=True))
    true_pairs = set(zip(expected.rule.tolist(), expected.row.tolist(), strict=True))
    for rule, row in sorted(pairs ^ true_pairs):
        place = [batch.table.column(name)[row].as_py() for name in ("event.source", "event.offset")]
        what = "missed" if (rule, row) in true_pairs else "invented"
        raise ParanoiaError(
            f"the fast engine {what} a match: rule {plan.rules.rules[rule].id} on the event at offset "
            f"{place[1]} of source {place[0]}; please report it with rule and event"
        )


class _Tray:
    """What one unit has given so far."""

    def __init__(self, folder: Path, name: str, plan: Plan) -> None:
        self.matches = RunWriter(folder, f"{name}-matches", MATCH_KEY)
        self.rows = RunWriter(folder, f"{name}-rows", ROW_KEY)
        self.parts = RunWriter(folder, f"{name}-parts", PART_KEY)
        self.facts = FactRows(folder, name)
        self._traces = RunWriter(folder, f"{name}-traces", TRACE_KEY)
        self.habits = HabitRows(folder, name)
        self.left: Counter[tuple[int, str]] = Counter()
        self.steps = RunWriter(folder, f"{name}-steps", ACT_KEY)
        self.steps_left: Counter[tuple[int, str]] = Counter()
        self.ends = Ends()
        self._counts: Counter[int] = Counter()
        self._tallies: dict[int, FileTally] = {}
        self.rejects = RejectWriter(folder, f"{name}-rejects")
        self.account = Account(plan)
        self.census = Census()
        self.filtered = 0
        self.events = 0

    def tally(self, tally: Tally) -> None:
        """Take the account of one range."""
        self._tallies.setdefault(tally.source, FileTally(tally.source)).add(tally)

    def count(self, matches: Matches) -> None:
        """Count the matches of each rule."""
        rules, counts = np.unique(matches.rule, return_counts=True)
        self._counts.update(dict(zip(rules.tolist(), counts.tolist(), strict=True)))

    def trace(
        self,
        batch: EventBatch,
        matched: Sequence[NDArray[np.int32]],
        steps: Sequence[NDArray[np.int32]],
    ) -> None:
        """Keep what links the events of a batch to others."""
        rows, of_chains = (
            np.concatenate([_NO_ROWS, *parts]).astype(np.int64) for parts in (matched, steps)
        )
        found = traces.gather(batch, rows, of_chains)
        if found is not None:
            self._traces.add(found)

    def result(self) -> UnitResult:
        """Write what waits and return the sum."""
        return UnitResult(
            tallies=tuple(self._tallies.values()),
            matches=self.matches.finish(),
            rejects=self.rejects.finish(),
            match_counts=self._counts,
            account=self.account,
            census=self.census,
            filtered=self.filtered,
            events=self.events,
            rows=self.rows.finish(),
            left=self.left,
            ends=self.ends,
            parts=self.parts.finish(),
            steps=self.steps.finish(),
            steps_left=self.steps_left,
            facts=self.facts.finish(),
            traces=self._traces.finish(),
            habits=self.habits.finish(),
        )


def _pieces(matches: Matches) -> Iterator[Matches]:
    """Yield matches some at a time, all those of one row together."""
    start = 0
    while start < len(matches):
        stop = min(start + _EVIDENCE_ROWS, len(matches))
        stop = int(np.searchsorted(matches.row, matches.row[stop - 1], side="right"))
        yield Matches(matches.rule[start:stop], matches.row[start:stop])
        start = stop
