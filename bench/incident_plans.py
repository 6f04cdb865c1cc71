"""Which worlds there are to measure incidents on, dealt from ``worlds.toml``, and how they are made once.

    python -m bench.incident_plans --set tuning --out DIR --worlds 8 --most-gb 45

makes ``DIR/SEED/logs``, ``truth.jsonl`` and ``world.json`` for each seed that is not there yet; it may be
stopped and started again at any time.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from gamekeeper.simulate import Setting, simulate

WORLDS = Path(__file__).with_name("worlds.toml")
_FORKS_A_WEEK = 5
_GB = 10**9


@dataclass(frozen=True, slots=True)
class Plan:
    """What one seed stands for."""

    seed: int
    kind: str  # clean, loud, careful, slow
    intrusion: str
    hosts: int
    days: int
    setting: Setting

    @property
    def host_days(self) -> int:
        """Days of all hosts."""
        return self.hosts * self.days


def parameters() -> dict[str, Any]:
    """Return the frozen section."""
    table: dict[str, Any] = tomllib.loads(WORLDS.read_text("utf-8"))["incidents"]
    return table


def plans(which: str) -> Iterator[Plan]:
    """Yield the worlds of a set, in order of their seeds."""
    table = parameters()
    sizes = {name: cycle(kind["sizes"]) for name, kind in table["kinds"].items()}
    intrusions = {name: cycle(kind["intrusions"]) for name, kind in table["kinds"].items()}
    span, deal, sectors = table[which], table["deal"], table["sectors"]
    for number in range(span["count"]):
        kind = deal[number % len(deal)]
        hosts, days = next(sizes[kind])
        setting = Setting(
            sector=sectors[number % len(sectors)],
            start=table["first_day"] + timedelta(days=number % _FORKS_A_WEEK),
            forwarded=number % table["collector_every"] == 0,
        )
        yield Plan(span["first"] + number, kind, next(intrusions[kind]), hosts, days, setting)


def make(plan: Plan, out: Path) -> Path:
    """Write a world unless it is there; what is half written is written anew."""
    place = out / str(plan.seed)
    if (place / "world.json").is_file():
        return place
    shutil.rmtree(place, ignore_errors=True)
    simulate(
        place / "logs",
        seed=plan.seed,
        days=plan.days,
        hosts=plan.hosts,
        intrusion=plan.intrusion,
        setting=plan.setting,
    )
    for name in ("truth.jsonl", "world.json"):
        if (place / "logs" / name).is_file():
            (place / "logs" / name).rename(place / name)
    return place


def size_bytes(folder: Path) -> int:
    """Return what all files below a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> int:
    """Make the worlds of a set, smallest seeds first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=("tuning", "evaluation"), default="tuning")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--worlds", type=int, default=0, help="how many seeds; 0 takes all")
    parser.add_argument("--most-gb", type=float, default=45.0, help="stop before OUT is larger")
    asked = parser.parse_args()
    taken = size_bytes(asked.out) if asked.out.is_dir() else 0
    for plan in list(plans(asked.set))[: asked.worlds or None]:
        is_new = not (asked.out / str(plan.seed) / "world.json").is_file()
        if is_new and taken + plan.host_days * 1.3e6 > asked.most_gb * _GB:
            print(f"{plan.seed}: left out, the disk is for others, too", file=sys.stderr)
            continue
        before = time.process_time()
        place = make(plan, asked.out)
        taken += size_bytes(place) if is_new else 0
        spent = time.process_time() - before
        text = f"{plan.kind} {plan.intrusion} {plan.hosts}x{plan.days}, {spent:.0f} s, {taken / _GB:.1f} GB"
        print(f"{plan.seed}: {text}", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
