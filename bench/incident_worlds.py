"""Hunt in the worlds of ``[incidents]`` in ``worlds.toml`` and hold what is found against their truth.

    python -m bench.incident_plans --set tuning --out DIR
    python -m bench.incident_worlds --set tuning --made DIR --json > RESULT.json

Worlds that ``incident_plans`` has not made are left out and counted. All figures are *simulated*.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from bench.incident_plans import Plan, parameters, plans
from gamekeeper.evaluation.figures import Figures, Load, figures, load_of
from gamekeeper.evaluation.joining import join
from gamekeeper.evaluation.outcome import Outcome, read_outcome
from gamekeeper.evaluation.truth import Truth, read_truth
from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request

_DAY_US = 86_400_000_000
_LOW = ("low", "informational")


@dataclass(frozen=True, slots=True)
class World:
    """What came out of one world."""

    seed: int
    kind: str
    intrusion: str
    hosts: int
    days: int
    host_days: float  # after the learning period
    false_above_low: int  # incidents about nothing that happened, after the learning period
    false: int
    cold_above_low: int  # the same, in the learning period
    cold: int
    events: int
    cpu_s: float
    found: Figures | None  # None: a clean world


@dataclass(frozen=True, slots=True)
class Way:
    """How worlds are hunted through."""

    rules: tuple[str, ...]
    no_baselines: bool = False


def hunted(logs: Path, way: Way, out: Path) -> int:
    """Hunt and write reports; return the number of events."""
    request = Request(paths=(str(logs),), rules=way.rules, workers=1, no_baselines=way.no_baselines)
    with start(request) as hunt:
        hunt.write(out)
        return hunt.result.events


def look(plan: Plan, made: Path, way: Way) -> World:
    """Hunt in one world and hold what is found against its truth."""
    before = time.process_time()
    with tempfile.TemporaryDirectory(prefix="gamekeeper-incidents-") as folder:
        out = Path(folder) / "out"
        events = hunted(made / "logs", way, out)
        outcome = read_outcome(out)
    spent = time.process_time() - before
    return told(plan, made, outcome, (events, spent))


def kept(plan: Plan, made: Path, way: Way, folder: Path | None) -> World:
    """Return the figures of a world as they are kept, else look, and keep them."""
    path = None if folder is None else folder / f"{plan.seed}.json"
    if path is not None and path.is_file():
        row = json.loads(path.read_text("utf-8"))
        found = row.pop("found")
        if found is not None:
            found = Figures(**{**found, "load": Load(**found["load"])})
        return World(**row, found=found)
    world = look(plan, made, way)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(world)), "utf-8")
    return world


def told(plan: Plan, made: Path, outcome: Outcome, cost: tuple[int, float]) -> World:
    """Count what a hunt in one world gave."""
    learning = parameters()["learning_days"]
    path = made / "truth.jsonl"
    truth = read_truth(path) if path.is_file() else None
    cold, warm = false_ones(outcome, truth, learning)
    load: Load = load_of(outcome, learning)
    return World(
        seed=plan.seed,
        kind=plan.kind,
        intrusion=plan.intrusion,
        hosts=plan.hosts,
        days=plan.days,
        host_days=load.host_days,
        false_above_low=sum(severity not in _LOW for severity in warm),
        false=len(warm),
        cold_above_low=sum(severity not in _LOW for severity in cold),
        cold=len(cold),
        events=cost[0],
        cpu_s=round(cost[1], 1),
        found=None if truth is None else figures(outcome, truth, learning_days=learning),
    )


def false_ones(outcome: Outcome, truth: Truth | None, learning: int) -> tuple[list[str], list[str]]:
    """Return the severities of incidents about nothing that happened: of the learning period, and later.

    One that begins in that period and goes on after it is a later one.
    """
    begins = (outcome.first_event or 0) + learning * _DAY_US
    about = set()
    if truth is not None:
        about = {one.incident.id for one in join(outcome.incidents, truth, None) if one.found}
    cold: list[str] = []
    warm: list[str] = []
    for one in outcome.incidents:
        if one.id not in about:
            (warm if one.last_signal >= begins else cold).append(one.severity)
    return cold, warm


def interval(hits: int, whole: int) -> list[float] | None:
    """Return the 95 % interval of a share (Wilson)."""
    if not whole:
        return None
    z, share = 1.96, hits / whole
    middle = share + z * z / (2 * whole)
    spread = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return [round((middle - spread) / scale, 3), round((middle + spread) / scale, 3)]


def by_stealth(worlds: Iterable[World]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield recall and ranks for each level of stealth, and for all."""
    groups: dict[str, list[Figures]] = defaultdict(list)
    for world in worlds:
        if world.found is not None:
            groups[world.kind].append(world.found)
            groups["all"].append(world.found)
    for kind, found in groups.items():
        count = len(found)
        seen = sum(one.right_rank is not None for one in found)
        grave = sum(one.right_severity not in ("", *_LOW) for one in found)
        first = sum(one.right_rank == 1 for one in found)
        yield (
            kind,
            {
                "worlds": count,
                "intrusions_in_an_incident": seen,
                "intrusions_in_an_incident_above_low": grave,
                "right_incident_first": round(first / count, 3),
                "right_incident_first_95": interval(first, count),
                "true_steps_in_right_incident": round(sum(o.recall or 0 for o in found) / count, 3),
                "true_steps_in_any_incident": round(
                    sum(o.steps_found / o.steps for o in found) / count, 3
                ),
                "signals_that_are_true": _mean(o.right_precision for o in found),
                "pair_precision": _mean(o.pair_precision for o in found),
                "pair_recall": _mean(o.pair_recall for o in found),
            },
        )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 3) if known else None


def quiet(worlds: Iterable[World]) -> dict[str, Any]:
    """Return how many incidents there were about nothing that happened."""
    rows = list(worlds)
    host_days = sum(world.host_days for world in rows)
    learnt = sum(world.hosts * world.days for world in rows) - host_days
    above, whole = sum(w.false_above_low for w in rows), sum(w.false for w in rows)
    return {
        "worlds": len(rows),
        "host_days": round(host_days),
        "above_low": above,
        "above_low_per_5000": round(5000 * above / host_days, 2) if host_days else None,
        "any": whole,
        "any_per_500": round(500 * whole / host_days, 2) if host_days else None,
        "cold_host_days": round(learnt),
        "cold_above_low": sum(w.cold_above_low for w in rows),
        "cold_any": sum(w.cold for w in rows),
    }


def summary(worlds: list[World], missing: list[int]) -> dict[str, Any]:
    """Return all figures by name."""
    return {
        "simulated": True,
        "worlds": len(worlds),
        "not_made": missing,
        "by_stealth": dict(by_stealth(worlds)),
        "clean": quiet(world for world in worlds if world.kind == "clean"),
        "beside_intrusions": quiet(world for world in worlds if world.kind != "clean"),
        "events": sum(world.events for world in worlds),
        "cpu_s": round(sum(world.cpu_s for world in worlds), 1),
        "each": [asdict(world) for world in worlds],
    }


def main() -> int:
    """Print the figures of a set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=("tuning", "evaluation"), default="tuning")
    parser.add_argument("--made", type=Path, required=True, help="where incident_plans made worlds")
    parser.add_argument("--rules", nargs="*", default=["builtin"])
    parser.add_argument(
        "--no-baselines",
        action="store_true",
        help="what would be found without what is unusual here",
    )
    parser.add_argument("--worlds", type=int, default=0, help="how many seeds; 0 takes all")
    parser.add_argument("--seeds", type=int, nargs="*", default=[], help="only these")
    parser.add_argument(
        "--kept", type=Path, help="keep the figures of each world there, and use what is kept"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    way = Way(tuple(asked.rules), asked.no_baselines)
    worlds: list[World] = []
    missing: list[int] = []
    for plan in list(plans(asked.set))[: asked.worlds or None]:
        place = asked.made / str(plan.seed)
        if asked.seeds and plan.seed not in asked.seeds:
            continue
        if not (place / "world.json").is_file():
            missing.append(plan.seed)
            continue
        worlds.append(kept(plan, place, way, asked.kept))
        print(f"{plan.seed} {plan.kind}: {worlds[-1].cpu_s} s", file=sys.stderr, flush=True)
    print(json.dumps(summary(worlds, missing), indent=None if asked.json else 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
