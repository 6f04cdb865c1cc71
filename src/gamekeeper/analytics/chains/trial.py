"""Cases run: how often a chain is found in the events of a case, by the same code as in a hunt."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.gather import StepGatherer, placed
from gamekeeper.analytics.chains.placeholders import filled
from gamekeeper.analytics.chains.plan import plan_chains
from gamekeeper.analytics.chains.reduce import Reducer
from gamekeeper.analytics.chains.schema import ACT_KEY, batch_of
from gamekeeper.analytics.chains.stored import HIT_KEY, hits_from
from gamekeeper.authoring.seen import may_look
from gamekeeper.engine.reference import match_fields
from gamekeeper.engine.registry import engine
from gamekeeper.engine.runs import RunWriter, merge_runs
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.routing import build_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.analytics.chains.cases import ChainCase, Told
    from gamekeeper.analytics.chains.gather import Left
    from gamekeeper.analytics.chains.ir import Chain
    from gamekeeper.analytics.chains.plan import BoundStep
    from gamekeeper.analytics.chains.schema import Row
    from gamekeeper.analytics.chains.selections import Values
    from gamekeeper.model.chains import ChainHit
    from gamekeeper.model.events import EventBatch


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went; ``matched`` are the events that each step of the chain took."""

    case: ChainCase
    chain: str  # id; empty where there is no such chain
    found: int = 0
    matched: tuple[tuple[str, int], ...] = ()
    problem: str = ""

    @property
    def is_passed(self) -> bool:
        """Say whether the chain is found as often as it should be."""
        return not self.problem and self.found == self.case.hits


class Trial:
    """Runs cases against chains, which are compiled once for all cases that give the same lists."""

    def __init__(self, chains: Sequence[Chain]) -> None:
        self._chains = chains
        self._with: dict[Values, _Trial] = {}

    def run(self, case: ChainCase) -> Outcome:
        """Return the outcome of one case."""
        return self._of(case).run(case)

    def hits(self, case: ChainCase, counts: Counter[str]) -> list[ChainHit]:
        """Return the hits of all chains in a case; ``counts`` takes the matches of every step."""
        return self._of(case).hits(case, counts)

    def _of(self, case: ChainCase) -> _Trial:
        if case.lists not in self._with:
            self._with[case.lists] = _Trial(filled(self._chains, case.lists))
        return self._with[case.lists]


class _Trial:
    """Runs cases that give the same lists."""

    def __init__(self, chains: Sequence[Chain]) -> None:
        self._chains = chains
        self._plan = plan_chains(chains)
        self._bound = build_plan(RuleSet(self._plan.rules))
        self._engine = engine("columnar", self._bound)
        self._gatherer = StepGatherer(self._plan, self._bound, all_bodies=True)

    def run(self, case: ChainCase) -> Outcome:
        """Return the outcome of one case."""
        if case.problem:
            return Outcome(case, "", problem=case.problem)
        chain = next((c for c in self._chains if Path(c.path).stem == case.stem), None)
        if chain is None:
            return Outcome(case, "", problem=f"there is no chain in a file {case.stem}.yml")
        counts: Counter[str] = Counter()
        hits = [hit for hit in self.hits(case, counts) if hit.chain == chain.id]
        mine = [(n, k) for n, k in sorted(counts.items()) if n.startswith(f"{chain.id} ")]
        matched = tuple((name.partition(" ")[2], number) for name, number in mine)
        return Outcome(case, chain.id, len(hits), matched)

    def hits(self, case: ChainCase, counts: Counter[str]) -> list[ChainHit]:
        """Return the hits of all chains in a case; ``counts`` takes the matches of every step."""
        with tempfile.TemporaryDirectory(prefix="gamekeeper-case-") as name:
            folder = Path(name)
            writer = RunWriter(folder, "steps", ACT_KEY)
            left: Left = Counter()
            for batch in _batches(case):
                matches = self._engine.match(batch)
                counts.update(self._plan.rules[rule].title for rule in matches.rule.tolist())
                rows = self._gatherer.gather(batch, matches, left)
                if rows is not None:
                    writer.add(rows)
            told = list(self._told(case, counts))
            if told:
                writer.add(batch_of(told))
            runs = Reducer(self._plan, folder, paranoid=True).hits(writer.finish())
            tables = merge_runs(runs, HIT_KEY)
            return [hit for table in tables for b in table.to_batches() for hit in hits_from(b)]

    def _told(self, case: ChainCase, counts: Counter[str]) -> Iterator[Row]:
        """Yield rows of events that no source can read."""
        for number, told in enumerate(case.told):
            fields = defaultdict(list)
            for name, value in told.fields:
                fields[fold(name)].append(value)
            for step, rule in zip(self._plan.steps, self._plan.rules, strict=True):
                looks = may_look(rule.logsource, told.logsource)
                if not looks or not match_fields(rule.condition, fields):
                    continue
                counts[rule.title] += 1
                row = self._row(step, told, number)
                if row is not None:
                    yield row

    def _row(self, step: BoundStep, told: Told, offset: int) -> Row | None:
        number, role = step.body, step.role
        bound = self._plan.bodies[number]
        said = {reading: fold(value) for reading, value in told.entities}
        # Entities are given by what they read: ``destination.ip``.
        values = tuple(None if r is None else said.get(r.name) for r in step.readings)
        key, text, lacks = placed(bound, role, values)
        if lacks:
            return None
        mark = (1 << 64 | offset << 8 | role).to_bytes(16, "big")
        return {
            "body": number,
            "key": key,
            "filetime": told.filetime,
            "order": role,
            "fingerprint": mark,
            "role": role,
            "values": text,
            "act": mark,
            "shown": mark,
            "source": 1,
            "offset": offset,
            "state": 0,
            "time_assumed": False,
            "host": said.get("host.name"),
        }


def _batches(case: ChainCase) -> Iterator[EventBatch]:
    builder = BatchBuilder()
    for event in case.events:
        yield from builder.add(event)
    yield from builder.flush()


def run_cases(cases: Sequence[ChainCase], chains: Sequence[Chain]) -> Iterator[Outcome]:
    """Yield the outcome of each case, in order."""
    trial = Trial(chains)
    for case in cases:
        yield trial.run(case)
