"""What each stage of a hunt through a case costs: processor time, wall time and peak memory, stage by stage.

``python -m bench.stages CASE --rules builtin SIGMAHQ --workers 2 --out DIR --json`` ends with one JSON line;
nothing is kept in the case. Processor time is that of all processes; memory is that of all of them together,
shared pages divided among those who share them. With ``--workers 1`` all is done in this process, and the
time of reading is told apart by what it went to, the rows that each part writes included:

store      Parquet files to batches                match      batches to matches of rules, and of steps
evidence   matches to rows                         facts      what integrity and visibility look at
steps      rows for chains                         habits     rows for baselines
traces     what links events                       rest       accounts, census, scripts
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from unittest.mock import patch

import psutil

from bench.hunt import proportional_mb
from gamekeeper.analytics.baselines.gather import HabitRows
from gamekeeper.analytics.chains.gather import StepGatherer
from gamekeeper.engine.columnar.engine import ColumnarEngine
from gamekeeper.engine.evidence import Evidence
from gamekeeper.engine.runs import RunWriter
from gamekeeper.engine.worker import GC_THRESHOLD
from gamekeeper.hunt import case_units, run
from gamekeeper.hunt.fact_rows import FactRows
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.incidents import traces
from gamekeeper.reports import files
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind

_PAUSE_S = 0.2
#: What writes rows in a worker, by the end of its name.
_WRITERS = {"matches": "evidence", "rows": "evidence", "steps": "steps", "traces": "traces"}


def busy() -> float:
    """Return the processor seconds of this process and of those that it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(one.ru_utime + one.ru_stime for one in used)


@dataclass
class Stages:
    """Takes the cost of stages; watches memory in a thread of its own."""

    cpu_s: Counter[str] = field(default_factory=Counter)
    wall_s: Counter[str] = field(default_factory=Counter)
    peak_mb: dict[str, float] = field(default_factory=dict)
    now: str = "start"
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Charge what is done in the block to a stage."""
        before, self.now = self.now, name
        cpu, wall = busy(), time.perf_counter()
        try:
            yield
        finally:
            self.cpu_s[name] += busy() - cpu
            self.wall_s[name] += time.perf_counter() - wall
            self.now = before

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch memory while the block runs."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(_PAUSE_S):
            family = [me, *me.children(recursive=True)]
            seen = sum(proportional_mb(one) for one in family)
            self.peak_mb[self.now] = max(self.peak_mb.get(self.now, 0), seen)


class Parts:
    """Processor time by part, each second charged to the innermost part."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open: list[str] = ["rest"]
        self._since = time.process_time()

    def begin(self) -> None:
        """Forget what was charged so far: rules were loaded, nothing was read."""
        self._turn()
        self.seconds.clear()

    def _turn(self) -> None:
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Charge what is done in the block to a part."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    @contextmanager
    def charging(
        self, owner: object, attribute: str, name: str | Callable[..., str]
    ) -> Iterator[None]:
        """Charge a function to a part."""
        original = getattr(owner, attribute)

        def call(*given: object, **named: object) -> object:
            with self.part(name if isinstance(name, str) else name(*given)):
                return original(*given, **named)

        with patch.object(owner, attribute, call):
            yield

    def read(self, *given: object) -> Iterator[object]:
        """Stand in for the reading of stored events."""
        batches = _READ(*given)
        while True:
            with self.part("store"):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Charge what a worker does."""

        def writer(one: RunWriter, *_: object) -> str:
            return _WRITERS.get(str(vars(one)["_stem"]).rpartition("-")[2], self._open[-1])

        with ExitStack() as stack:
            for owner, attribute, name in (
                (FactRows, "add", "facts"),
                (FactRows, "finish", "facts"),
                (HabitRows, "add", "habits"),
                (HabitRows, "finish", "habits"),
                (StepGatherer, "gather", "steps"),
                (StepGatherer, "events", "steps"),
                (traces, "gather", "traces"),
                (ColumnarEngine, "match", "match"),
                (Evidence, "gather", "evidence"),
                (RunWriter, "_spill", writer),
            ):
                stack.enter_context(self.charging(owner, attribute, name))
            stack.enter_context(patch.object(case_units, "read", self.read))
            yield


_READ: Callable[..., Iterator[object]] = vars(case_units)["read"]
_TIMED = "gamekeeper.hunt.run._Hunt._timed"


def measured(case: Path, rules: list[str], workers: int, out: Path) -> dict[str, object]:
    """Hunt in a case; return what each stage took."""
    gc.set_threshold(GC_THRESHOLD)
    stages, parts = Stages(), Parts()
    timed = resolve_name(_TIMED)

    @contextmanager
    def charged(hunt: object, name: str) -> Iterator[None]:
        if name == "read":
            parts.begin()
        with stages.stage(name), timed(hunt, name):
            yield

    request = Request(paths=(str(case),), rules=tuple(rules), workers=workers)
    work = WorkFolder(None)
    with ExitStack() as stack:
        stack.enter_context(patch(_TIMED, charged))
        stack.enter_context(stages.watching())
        if workers == 1:
            stack.enter_context(parts.watching())
        with stages.stage("other"), Case.open(case).snapshot() as snapshot:
            stored = snapshot.of_kind(Kind.EVENTS)
            result = run.run_on_case(request, snapshot, stored, work)
        for report in files.REPORTS:
            with stages.stage(f"report {report.NAME}"):
                files.write_all(result, out, only=(report.NAME,))
    work.close()
    stages.cpu_s["other"] -= sum(
        seconds
        for name, seconds in stages.cpu_s.items()
        if name != "other" and not name.startswith("report")
    )
    return {
        "events": result.events,
        "matches": len(result.matches),
        "findings": len(result.findings),
        "hits": len(result.chains.hits),
        "incidents": len(result.incidents),
        "stages": {
            name: {
                "cpu_s": round(seconds, 2),
                "wall_s": round(stages.wall_s[name], 2),
                "peak_mb": round(stages.peak_mb.get(name, 0)),
            }
            for name, seconds in stages.cpu_s.items()
        },
        "reading_cpu_s": {name: round(s, 2) for name, s in parts.seconds.most_common()},
        "peak_mb": round(max(stages.peak_mb.values())),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("case", type=Path)
    parser.add_argument("--rules", nargs="+", default=["builtin"])
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measured(asked.case, asked.rules, asked.workers, asked.out)
    print(json.dumps(found, indent=None if asked.json else 1))


if __name__ == "__main__":
    main()
