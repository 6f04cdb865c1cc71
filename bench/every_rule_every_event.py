"""Does the fast engine find what the slow truth finds, for every rule on every event?

``python -m bench.every_rule_every_event --logs LOGS... --rules DIR --json`` ends with one JSON line and
fails where a pair of rule and event differs. ``--paranoid`` asks the slow truth some sixty events a second;
here it is asked every *distinct* question once, which a quarter of a million events take minutes for.

Why that is the same: what an event holds is read by the slow truth itself (``row_fields``). From there

1. a route depends on the first event id and the first channel alone, and is asked of each distinct pair;
2. a condition is a tree of And, Or and Not over predicates, worked out for all events at once; nothing is
   asked of events whose answer is settled, as ``all`` and ``any`` stop early;
3. a predicate depends on all values of the one or two fields that it names: it is asked
   (``match_fields``, nothing of the fast engine) once of each distinct list of values, or of none;
4. a keyword is true where it is true of any value of any field that is not typed: it is asked once of
   each distinct value.

A rule reads the event in no other way: a log source is a route and, where it asks for more (a provider),
part of the bound condition, and so are renamed fields. ``--sample`` events of each dataset are asked the
plain way, too, row by row (``ReferenceEngine``), so that an error of this argument would show.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench.patient_truth import Events, PatientTruth
from gamekeeper import settings
from gamekeeper.engine.base import Engine
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.engine.reference import ReferenceEngine
from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import BoundRule, Plan
from gamekeeper.rules.routing import build_plan

_SHOWN = 20


class Sweep:
    """Takes batches, each matched by the fast engine at once, then asks the slow truth about all of them."""

    def __init__(self, plan: Plan, engine: Engine | None = None, *, sample: int = 0) -> None:
        self._plan = plan
        self._engine = engine or ColumnarEngine(plan)
        self._sample = sample
        self._bound: dict[str, list[BoundRule]] = defaultdict(list)
        for bound in plan.bound:
            self._bound[bound.route.dataset].append(bound)
        self._events: dict[str, Events] = {}
        self._fast: dict[str, list[NDArray[np.int64]]] = defaultdict(list)
        self._batches: dict[str, list[tuple[int, EventBatch]]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self.differences: list[str] = []

    def add(self, batch: EventBatch) -> None:
        """Match a batch and note what its events hold."""
        name = batch.dataset
        start = time.process_time()
        found = self._engine.match(batch)
        self.seconds["fast"] += time.process_time() - start
        if name not in self._events:
            self._events[name] = Events([bound.condition for bound in self._bound[name]])
        start = time.process_time()
        first = self._events[name].add(batch)
        self.seconds["reading events"] += time.process_time() - start
        self._fast[name].append(_keys(found.row + first, found.rule))
        if self._sample:
            self._batches[name].append((first, batch))
        self.counts["events"] += len(batch)

    def finish(self) -> None:
        """Compare everything."""
        for name, events in sorted(self._events.items()):
            start = time.process_time()
            slow = self._slow(name, events)
            self.seconds["slow"] += time.process_time() - start
            fast = np.concatenate(self._fast[name])
            self.counts["matches"] += len(slow)
            self._differ(name, "fast engine", fast, slow)
            self._check_sample(name, slow)

    def _slow(self, name: str, events: Events) -> NDArray[np.int64]:
        truth = PatientTruth(events)
        keys = [np.zeros(0, np.int64)]
        for bound in self._bound[name]:
            rows = truth.true_of(bound)
            keys.append(_keys(rows, np.full(len(rows), bound.rule)))
            self.counts["pairs on a route"] += truth.on_route(bound.route)
        self.counts["questions"] += truth.questions
        return np.unique(np.concatenate(keys))

    def _check_sample(self, name: str, slow: NDArray[np.int64]) -> None:
        """Ask the plain slow truth about some events, and hold the patient one against it."""
        total = sum(len(batch) for _, batch in self._batches[name])
        chosen = np.random.default_rng(7).permutation(total)[: self._sample]
        plain = ReferenceEngine(self._plan)
        start = time.process_time()
        for first, batch in self._batches[name]:
            here = np.sort(chosen[(chosen >= first) & (chosen < first + len(batch))])
            if not len(here):
                continue
            part = EventBatch(name, batch.table.take(pa.array(here - first)))
            found = plain.match(part)
            mine = slow[np.isin(slow >> 32, here)]
            self._differ(name, "patient truth", mine, _keys(here[found.row], found.rule))
            self.counts["events asked the plain way"] += len(here)
        self.seconds["sample"] += time.process_time() - start

    def _differ(
        self, name: str, who: str, found: NDArray[np.int64], wanted: NDArray[np.int64]
    ) -> None:
        for verb, keys in (
            ("missed", np.setdiff1d(wanted, found)),
            ("invented", np.setdiff1d(found, wanted)),
        ):
            self.counts["differences"] += len(keys)
            for key in keys[:_SHOWN].tolist():
                rule = self._plan.rules.rules[key & 0xFFFFFFFF]
                self.differences.append(f"{who} {verb}: {rule.id} on event {key >> 32} of {name}")


def _keys(rows: NDArray[np.integer], rules: NDArray[np.integer]) -> NDArray[np.int64]:
    return (rows.astype(np.int64) << 32) | rules.astype(np.int64)


def sweep(
    plan: Plan, batches: Iterable[EventBatch], *, engine: Engine | None = None, sample: int = 0
) -> Sweep:
    """Return the sweep of a plan over batches, finished."""
    made = Sweep(plan, engine, sample=sample)
    for batch in batches:
        made.add(batch)
    made.finish()
    return made


def summary(plan: Plan, made: Sweep, logs: Sequence[str]) -> dict[str, object]:
    """Return what the JSON line says."""
    rules = len(plan.rules.rules)
    return {
        "benchmark": "every_rule_every_event",
        "logs": [Path(log).name for log in logs],
        "rules": rules,
        "rules_bound": rules - len(plan.unroutable),
        "pairs": rules * made.counts["events"],
        **{name.replace(" ", "_"): count for name, count in sorted(made.counts.items())},
        "differences": made.counts["differences"],
        "cpu_s": {name: round(seconds, 1) for name, seconds in made.seconds.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--rules", nargs="+", required=True, help="folders, files or 'builtin'")
    parser.add_argument("--sample", type=int, default=50, help="events a dataset asked row by row")
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    options = parser.parse_args()
    rules = load_rules(options.rules, cache_dir=settings.cache_folder() / "rules")
    plan = build_plan(rules)
    made = sweep(plan, read_events(options.logs, recover=True), sample=options.sample)
    if not options.json:
        for line in made.differences:
            print(line)
    sys.stdout.write(json.dumps(summary(plan, made, options.logs)) + "\n")
    sys.exit(1 if made.counts["differences"] else 0)


if __name__ == "__main__":
    main()
