"""How matching slows down with what differs and with how many rules: curves, one core.

``python -m bench.match_curves --rules DIR --logs LOGS... --events N --json`` ends with one JSON line.
Batches are made outside of the timing and dropped after it, so that N does not have to fit into memory;
processor time of this one process is counted, matches are made as arrays and kept until their batch goes.

by distinct share    1, 10, 50 and 100 % of the command lines, in the mix of ``bench.match_rate`` and with
                     process starts alone; a new engine (cold), then the same first batches again (warm)
by rules             1, 10, 100, 1,000 and all, drawn at random, at 10 %
real mix             events of LOGS, copied (``bench/copies.py``) with other hosts, times and texts
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.copies import copies, real_batches
from bench.match_rate import ROWS, Maker, batches, peak_rss_mb, processes
from gamekeeper import settings
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import Plan
from gamekeeper.rules.routing import build_plan

SHARES = (0.01, 0.1, 0.5, 1.0)
COUNTS = (1, 10, 100, 1_000)
_KEPT = 8


def process_starts(events: int, share: float) -> Iterator[EventBatch]:
    """Yield Sysmon process starts and nothing else."""
    rng = np.random.default_rng(20260102)
    for number in range(max(1, events // ROWS)):
        make = Maker("windows.sysmon", rng, {1: 1.0})
        make.put("Channel", ["Microsoft-Windows-Sysmon/Operational"])
        make.put("Provider_Name", ["Microsoft-Windows-Sysmon"])
        make.put("Computer", [f"ws{n:03}.contoso.local" for n in range(40)])
        make.fresh("UtcTime", "2026-01-01 10:00:{n:09}")
        make.fresh("ProcessGuid", "{{7A1B5C3D-0000-65A1-{n:012X}}}")
        kinds = processes(rng, max(1, int(ROWS * share)))
        make.put_together(kinds, (1,), everywhere=("Image", "User"))
        yield make.batch(number * ROWS)


class Shares:
    """The share of distinct values by field, over all batches."""

    def __init__(self) -> None:
        self._distinct: Counter[str] = Counter()
        self._present: Counter[str] = Counter()

    def add(self, batch: EventBatch) -> None:
        for field in batch.table.schema:
            column = batch.table.column(field.name)
            if isinstance(column, pa.DictionaryArray) and column.null_count < len(column):
                self._distinct[field.name] += len(column.dictionary)
                self._present[field.name] += len(column) - column.null_count

    def of(self, *names: str) -> dict[str, float]:
        return {
            name: round(self._distinct[name] / self._present[name], 4)
            for name in names
            if self._present[name]
        }


def measured(plan: Plan, made: Iterable[EventBatch]) -> dict[str, object]:
    """Match everything once, then the first batches once more."""
    engine = ColumnarEngine(plan)
    shares = Shares()
    kept: list[EventBatch] = []
    seen: set[str] = set()
    events = matches = 0
    seconds = 0.0
    for batch in made:
        if batch.dataset not in seen:  # compiling the rules of a log is another figure
            engine.match(EventBatch(batch.dataset, batch.table.slice(0, 64)))
            seen.add(batch.dataset)
        start = time.process_time()
        matches += len(engine.match(batch))
        seconds += time.process_time() - start
        events += len(batch)
        shares.add(batch)
        if len(kept) < _KEPT:
            kept.append(batch)
    start = time.process_time()
    for batch in kept:
        engine.match(batch)
    warm = time.process_time() - start
    return {
        "events": events,
        "events_per_second": round(events / seconds),
        "again_events_per_second": round(sum(map(len, kept)) / warm),
        "matches": matches,
        "distinct_share": shares.of("CommandLine", "Image", "TargetFilename", "ScriptBlockText"),
    }


def some(rules: RuleSet, count: int) -> RuleSet:
    """Return a part of the rules, drawn at random, the same every time."""
    rng = np.random.default_rng(7)
    chosen = sorted(rng.permutation(len(rules.rules))[:count].tolist())
    return replace(rules, rules=tuple(rules.rules[n] for n in chosen), correlations=())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rules", type=Path, required=True)
    parser.add_argument("--logs", nargs="*", default=[])
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rules = load_rules([options.rules], cache_dir=settings.cache_folder() / "rules")
    plan = build_plan(rules)
    found: dict[str, object] = {"rules": len(rules.rules) - len(plan.unroutable)}
    for name, make in (("mix", batches), ("process_starts", process_starts)):
        found[name] = {
            f"{share:.0%}": measured(plan, make(options.events, share)) for share in SHARES
        }
    few = options.events // 5
    windows = replace(
        rules, rules=tuple(r for r in rules.rules if r.logsource.product == "windows")
    )
    found["by_rules"] = {
        str(count): measured(build_plan(some(windows, count)), batches(few, 0.1))
        for count in (*COUNTS, len(windows.rules))
    }
    if options.logs:
        real = real_batches(options.logs)
        found["real_mix"] = {
            f"{share:.0%}": measured(
                plan, (b for part in copies(real, options.events, share) for b in part)
            )
            for share in (0.0, 0.1, 0.5)
        }
    found["peak_rss_mb"] = peak_rss_mb()
    print(json.dumps(found, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
