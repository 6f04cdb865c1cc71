"""What a part of a hunt adds to it: the same hunt with and without the part, in turns, on shapes of input.

``python -m bench.cost --of integrity|chains|traces|baselines|all --json`` ends with one JSON line. All is
done in this process, so that its processor time is that of the hunt; wall times mean something on an idle
machine only.

integrity  facts of events, breaks, coverage and verdict
chains     steps of chains, from their rules to hits
traces     what links events, and the incidents that come of it
baselines  habits of events, and what is new

small      many small EVTX files: a simulated organisation
large      one EVTX file: the largest of that organisation after ``--long-days``
lines      the events of that organisation as JSON lines

``--logs NAME=PATH`` takes other logs in their place, ``--rules`` other rules than the built-in ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import gamekeeper as gk
from bench.peer_input import write_lines
from gamekeeper.hunt import reading
from gamekeeper.hunt.fact_rows import FactRows
from gamekeeper.simulate import simulate

PARTS = ("integrity", "chains", "traces", "baselines")


@contextmanager
def without(parts: Sequence[str]) -> Iterator[dict[str, bool]]:
    """Switch parts of a hunt off; give the options that do the rest."""
    with ExitStack() as stack:
        if "integrity" in parts:  # without facts there is nothing to look at
            stack.enter_context(patch.object(FactRows, "add", lambda *_: None))
        if "traces" in parts:
            stack.enter_context(patch.object(reading.traces, "gather", lambda *_: None))
        yield {"no_chains": "chains" in parts, "no_baselines": "baselines" in parts}


def once(logs: list[str], rules: list[str], off: Sequence[str]) -> tuple[float, float, int]:
    """Return processor seconds, wall seconds and events of one hunt with some parts off."""
    with without(off) as options:
        start, busy = time.perf_counter(), time.process_time()
        with gk.hunt(logs, rules=rules, workers=1, **options) as found:
            spent = time.process_time() - busy, time.perf_counter() - start
            return *spent, found.result.events


def measured(
    logs: list[str], rules: list[str], of: Sequence[str], rounds: int
) -> dict[str, object]:
    """Return what some parts, taken together, add; the best round counts."""
    once(logs, rules, ())  # rules are compiled and kept
    seconds: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
    events = 0
    for _ in range(rounds):
        for name, off in (("without", of), ("with", ())):
            *spent, events = once(logs, rules, off)
            seconds[name].append((round(spent[0], 3), round(spent[1], 3)))
    result: dict[str, object] = {"events": events}
    for at, kind in enumerate(("cpu", "wall")):
        best = {name: min(pair[at] for pair in pairs) for name, pairs in seconds.items()}
        result[f"{kind}_s"] = best
        result[f"{kind}_added"] = round(best["with"] / best["without"] - 1, 4)
    return result | {"rounds_cpu_wall_s": seconds}


def shapes(folder: Path, options: argparse.Namespace) -> dict[str, Callable[[], list[str]]]:
    """Return what makes the logs of each shape."""
    if options.logs:
        pairs = [one.partition("=")[::2] for one in options.logs]
        return {name: lambda path=path: [path] for name, path in pairs}
    logs = folder / "world"
    simulate(logs, hosts=options.hosts, days=options.days)

    def large() -> list[str]:
        simulate(folder / "longer", hosts=options.hosts, days=options.long_days)
        files = (folder / "longer").rglob("*.evtx")
        return [str(max(files, key=lambda file: (file.stat().st_size, file)))]

    def lines() -> list[str]:
        write_lines([str(logs)], folder / "events.jsonl")
        return [str(folder / "events.jsonl")]

    return {"small": lambda: [str(logs)], "large": large, "lines": lines}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--of", choices=[*PARTS, "all"], default="all")
    parser.add_argument("--logs", nargs="+", metavar="NAME=PATH")
    parser.add_argument("--shapes", nargs="+", help="only these")
    parser.add_argument("--rules", nargs="+", default=["builtin"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hosts", type=int, default=8)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--long-days", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    of = PARTS if asked.of == "all" else (asked.of,)
    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as name:
        for shape, made in shapes(Path(name), asked).items():
            if not asked.shapes or shape in asked.shapes:
                found[shape] = measured(made(), asked.rules, of, asked.rounds)
    if asked.json:
        print(json.dumps({"of": asked.of, "rules": asked.rules, "shapes": found}))
        return
    for shape, result in found.items():
        print(
            f"{shape}, {result['events']:,} events: {result['cpu_s']} s of a processor; "
            f"added {result['cpu_added']:.1%} of it, {result['wall_added']:.1%} of wall time"
        )


if __name__ == "__main__":
    main()
