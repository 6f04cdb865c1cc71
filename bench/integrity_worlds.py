"""Simulate the worlds of ``worlds.toml``, ask their logs whether they are whole, and score the answers.

    python -m bench.integrity_worlds --set tuning --seeds 20
    python -m bench.integrity_worlds --set evaluation --json > bench/results/DATE-integrity.json

All figures are *simulated*. ``--details`` also lists what was missed and what was reported wrongly.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.integrity_scores import Scores, summary
from gamekeeper.hunt.api import start
from gamekeeper.hunt.request import Request
from gamekeeper.reports import integrity_jsonl
from gamekeeper.simulate import Setting, simulate

WORLDS = Path(__file__).with_name("worlds.toml")
_FORKS_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What one seed stands for."""

    seed: int
    days: int
    hosts: int
    setting: Setting


def plans(which: str, parameters: dict[str, Any]) -> Iterator[Plan]:
    """Yield the worlds of a set, in order."""
    methods = _dealt(parameters["methods"], f"{which} methods")
    lives = _dealt(parameters["lives"], f"{which} lives")
    kinds = parameters["kinds"]
    span = parameters[which]
    for number in range(span["count"]):
        kind = kinds[number % len(kinds)]
        day = parameters["first_day"] + timedelta(days=number % _FORKS_A_WEEK)
        setting = Setting(
            start=day,
            forwarded=number % parameters["collector_every"] == 0,
            tamper=tuple(next(methods) for _ in range(kind["methods"])),
            lives=tuple(next(lives) for _ in range(kind["lives"])),
        )
        yield Plan(span["first"] + number, parameters["days"], parameters["hosts"], setting)


def _dealt(names: list[str], purpose: str) -> Iterator[str]:
    """Yield names for ever, each once a round, every round in another order."""
    rng = Random(purpose)
    while True:
        yield from rng.sample(names, len(names))


def play(plan: Plan) -> dict[str, Any]:
    """Simulate one world, look at its logs, and return acts, breaks and what it took."""
    with tempfile.TemporaryDirectory(prefix="gamekeeper-world-") as folder:
        logs, before = Path(folder) / "logs", time.perf_counter()
        made = simulate(
            logs,
            seed=plan.seed,
            days=plan.days,
            hosts=plan.hosts,
            intrusion=None,
            setting=plan.setting,
        )
        acts = _taken(logs / "tampering.jsonl")
        _taken(logs / "world.json")
        simulated = time.perf_counter()
        breaks = look(logs)
        done = time.perf_counter()
    return {
        "seed": plan.seed,
        "host_days": plan.days * plan.hosts,
        "events": made.events,
        "acts": acts,
        "breaks": breaks,
        "simulated_s": simulated - before,
        "looked_s": done - simulated,
    }


def _taken(path: Path) -> list[Any]:
    """Return the lines of a truth, which must not lie beside the logs when they are looked at."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else []


def look(logs: Path) -> list[Any]:
    """Return the lines of ``integrity.jsonl`` for a folder of logs."""
    stream = io.BytesIO()
    with start(Request(paths=(str(logs),), workers=1, ruleless=True)) as found:
        integrity_jsonl.write(found.result, stream)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def main() -> None:
    """Run a set of worlds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--set", choices=("tuning", "evaluation", "evaluation_again"), default="tuning"
    )
    parser.add_argument("--seeds", type=int, help="only the first so many worlds")
    parser.add_argument("--jobs", type=int, default=1, help="worlds at a time")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--details", action="store_true", help="also what was missed or wrong")
    options = parser.parse_args()
    parameters = tomllib.loads(WORLDS.read_text(encoding="utf-8"))["integrity"]
    chosen = list(plans(options.set, parameters))[: options.seeds]
    scores, costs = Scores(), [0.0, 0.0, 0]
    with ProcessPoolExecutor(options.jobs) as pool:
        for world in pool.map(play, chosen):
            scores.add(world["seed"], world["host_days"], world["acts"], world["breaks"])
            costs[0] += world["simulated_s"]
            costs[1] += world["looked_s"]
            costs[2] += world["events"]
    figures = {"simulated": True, "set": options.set, **summary(scores)}
    figures["events"] = costs[2]
    figures["seconds_a_world"] = {
        "simulating": round(costs[0] / len(chosen), 2),
        "looking": round(costs[1] / len(chosen), 2),
    }
    if options.details:
        figures["missed"] = scores.missed
        figures["false"] = scores.false
        figures["on_live_copies"] = scores.grave_on_live_copies
    print(json.dumps(figures, indent=None if options.json else 1, default=str))


if __name__ == "__main__":
    main()
